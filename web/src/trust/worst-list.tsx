import { entryHref } from '../page/route.ts';
import { useText } from '../text/text-context.tsx';
import { figure } from './figures.ts';
import type { Worst } from './trust-card.ts';

export function WorstList({ worst }: { worst: readonly Worst[] }) {
  return (
    <ol className="trust-worst">
      {worst.map((one) => (
        <WorstItem key={`${one.id} ${one.lang} ${one.reply}`} one={one} />
      ))}
    </ol>
  );
}

function WorstItem({ one }: { one: Worst }) {
  const { t } = useText();
  const { because } = one;
  const kinds: Readonly<Record<string, string>> = t.trust.replyKinds;
  const verdicts: Readonly<Record<string, string>> = t.verdicts;
  return (
    <li>
      <p className="trust-worst-head">
        <a href={entryHref(one.id)}>{one.id}</a>
        <span>{kinds[one.kind] ?? one.kind}</span>
        <span>{t.trust.goldAndTotal(one.gold, one.total)}</span>
      </p>
      <blockquote lang={one.lang === 'zh' ? 'zh-CN' : 'en'}>{one.reply}</blockquote>
      {because !== null && (
        <p className="quiet small">
          {one.total > one.gold
            ? t.trust.gave(verdicts[because.verdict] ?? because.verdict, figure(because.points, 1))
            : t.trust.cost(
                because.verdict === 'misconception'
                  ? t.trust.misconception
                  : (verdicts[because.verdict] ?? because.verdict),
                figure(because.points, 1),
              )}{' '}
          <span lang={one.lang === 'zh' ? 'zh-CN' : 'en'}>{because.claim}</span>
        </p>
      )}
    </li>
  );
}
