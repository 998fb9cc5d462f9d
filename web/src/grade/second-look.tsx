import type { Grade, Verdict, VerdictValue } from '../../../src/protocol.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { useText } from '../text/text-context.tsx';

/** What the chat model's reading changed of the provisional grade, in one line. */
export function GradeChange({ before, now }: { before: Grade; now: Grade }) {
  const { t } = useText();
  const values = new Map(before.verdicts.map(({ keyPointId, value }) => [keyPointId, value]));
  const changed = now.verdicts.filter(
    ({ keyPointId, value }) => values.has(keyPointId) && values.get(keyPointId) !== value,
  );
  return <p className="small">{t.grade.readAgain(changed.length, before.total, now.total)}</p>;
}

/** The verdict that stood before; nothing when it is the same. */
export function VerdictChange({ before, now }: { before: VerdictValue | undefined; now: VerdictValue }) {
  const { t } = useText();
  if (before === undefined || before === now) return null;
  return <p className="second-look small quiet">{t.grade.was(t.verdicts[before])}</p>;
}

/** Whose word the verdict is where two judges looked, and the chat model's reason. */
export function SecondLook({ verdict }: { verdict: Verdict }) {
  const { t } = useText();
  const { apart, by, explanation } = verdict;
  if (apart === undefined && by !== 'local' && explanation === undefined) return null;
  return (
    <div className="second-look small">
      {apart !== undefined && <p>{t.grade.apart(t.verdicts[apart.model], t.verdicts[apart.local])}</p>}
      {by === 'local' && apart === undefined && <p className="quiet">{t.grade.byLocal}</p>}
      {explanation !== undefined && (
        <div>
          <span className="quiet">{t.grade.why}: </span>
          <Markdown text={explanation} inline />
        </div>
      )}
    </div>
  );
}
