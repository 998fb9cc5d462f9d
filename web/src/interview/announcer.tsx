import type { Grade } from '../../../src/protocol.ts';
import { verdictValueSchema } from '../../../src/protocol.ts';
import type { Item } from '../connection/items.ts';
import { plainExcerpt } from '../material/plain-excerpt.ts';
import type { Text } from '../text/zh.ts';
import { useText } from '../text/text-context.tsx';

/** A turn brings no more than this; beyond it a replay is told from its end. */
const most = 6;

/** Says what came after one's own last message to a screen reader, one sentence each, instead of the whole grade. */
export function Announcer({ items }: { items: readonly Item[] }) {
  const { t } = useText();
  const own = items.findLastIndex((item) => item.kind === 'message');
  const recent = items
    .slice(own + 1)
    .slice(-most)
    .map((item) => ({ seq: item.seq, words: announce(item, t) }));
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
      return plainExcerpt(item.text);
    case 'grade':
      return item.held ? t.grade.held : announceGrade(item.grade, t);
    case 'answer':
      return plainExcerpt(
        item.answer.kind === 'refused'
          ? item.answer.text
          : item.answer.sentences.map((sentence) => sentence.text).join(' '),
      );
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

function announceGrade({ total, verdicts }: Grade, t: Text): string {
  if (total === null) return t.grade.states.ungraded;
  const counts = verdictValueSchema.options.flatMap((value) => {
    const count = verdicts.filter((verdict) => verdict.value === value).length;
    return count === 0 ? [] : [{ verdict: t.verdicts[value], count }];
  });
  return `${t.grade.outOfTen(total)}. ${t.grade.counts(counts)}`;
}
