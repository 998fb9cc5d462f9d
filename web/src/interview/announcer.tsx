import type { Item } from '../connection/items.ts';
import type { Text } from '../text/zh.ts';
import { useText } from '../text/text-context.tsx';

/** Says new items to a screen reader in one short sentence each, instead of the whole grade. */
export function Announcer({ items }: { items: readonly Item[] }) {
  const { t } = useText();
  const recent = items.slice(-3).map((item) => ({ seq: item.seq, words: announce(item, t) }));
  return (
    <div className="visually-hidden" aria-live="polite" aria-relevant="additions">
      {recent.map(({ seq, words }) => words !== null && <p key={seq}>{words}</p>)}
    </div>
  );
}

function announce(item: Item, t: Text): string | null {
  switch (item.kind) {
    case 'question':
    case 'said':
    case 'hint':
      return item.text;
    case 'grade':
      if (item.held) return t.grade.held;
      return item.grade.total === null ? t.grade.states.ungraded : t.grade.outOfTen(item.grade.total);
    case 'answer':
      return item.answer.kind === 'refused'
        ? item.answer.text
        : item.answer.sentences.map((sentence) => sentence.text).join(' ');
    case 'dispute':
      return t.dispute.outcomes[item.outcome];
    case 'reference':
      return t.conversation.reference;
    case 'report':
      return t.report.title;
    default:
      return null;
  }
}
