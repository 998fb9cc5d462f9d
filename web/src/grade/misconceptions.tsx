import type { AssertedMisconception } from '../../../src/protocol.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { useText } from '../text/text-context.tsx';
import { formatPoints } from './arithmetic.ts';

export interface MisconceptionsProps {
  asserted: readonly AssertedMisconception[];
  onPoint: (id: string | null) => void;
}

/** Wrong beliefs that the reply voiced, each with its correction. */
export function Misconceptions({ asserted, onPoint }: MisconceptionsProps) {
  const { t } = useText();
  if (asserted.length === 0) return null;
  return (
    <section className="misconceptions">
      <h4>{t.grade.misconceptions}</h4>
      <ul>
        {asserted.map((item) => (
          <li
            key={item.misconceptionId}
            onPointerEnter={() => onPoint(item.misconceptionId)}
            onPointerLeave={() => onPoint(null)}
          >
            <p className="belief">
              <span>{item.belief}</span>
              <span className="cost">
                {item.cost > 0 ? t.grade.costs(formatPoints(item.cost)) : t.grade.costsNothing}
              </span>
            </p>
            <blockquote className="plain-text quiet">{item.replySpan.text}</blockquote>
            <div className="correction">
              <Markdown text={item.correction} links="all" />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
