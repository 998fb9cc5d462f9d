/** Which real replies are answered in the printed set: every kind of reply opens as many questions as any other. */
import type { GradingCase } from '../../src/eval/grading-eval.ts';
import type { Lang } from '../../src/protocol.ts';

export interface ChosenQuestion {
  readonly entryId: string;
  /** The first answers the question, the others its follow-ups. */
  readonly replies: readonly GradingCase[];
}

export interface ChosenInterviews {
  readonly study: readonly ChosenQuestion[];
  readonly mock: readonly (readonly ChosenQuestion[])[];
}

/** How a question is opened, in turn. */
const openings = ['full', 'shallow', 'wrong', 'good', 'variant', 'gaming'] as const;

/**
 * The same replies always give the same choice. Nothing of a test half is ever shown: whoever mends texts reads these.
 * @param counts questions in study mode, mock interviews, and questions of each
 */
export function chooseInterviews(
  replies: readonly GradingCase[],
  lang: Lang,
  counts: { study: number; mock: number; perMock: number },
): ChosenInterviews {
  const byEntry = new Map<string, GradingCase[]>();
  for (const reply of replies) {
    if (reply.lang !== lang || (reply.split !== 'train' && reply.split !== 'dev')) continue;
    byEntry.set(reply.id, [...(byEntry.get(reply.id) ?? []), reply]);
  }
  // By turns from every field, so that no field fills the set.
  const free = spread([...byEntry.keys()].sort());
  const take = (index: number): ChosenQuestion | null => {
    const opening = openings[index % openings.length];
    const entryId = free.find((id) => byEntry.get(id)?.some(({ kind }) => kind === opening));
    const own = byEntry.get(entryId ?? '');
    const first = own?.find(({ kind }) => kind === opening);
    if (entryId === undefined || !own || !first) return null;
    free.splice(free.indexOf(entryId), 1);
    // Who answers a follow-up knows a little more than before, rather than less.
    const rest = own.filter((one) => one !== first && one.gold > 2).sort((a, b) => a.gold - b.gold);
    return { entryId, replies: [first, ...rest] };
  };
  const takeMany = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => take(from + index)).filter((one) => one !== null);
  const study = takeMany(counts.study, 0);
  const mock = Array.from({ length: counts.mock }, (_, index) =>
    takeMany(counts.perMock, index * counts.perMock),
  );
  return { study, mock };
}

function spread(ids: readonly string[]): string[] {
  const fields = new Map<string, string[]>();
  for (const id of ids) {
    const field = id.slice(0, id.lastIndexOf('/'));
    fields.set(field, [...(fields.get(field) ?? []), id]);
  }
  const longest = Math.max(0, ...[...fields.values()].map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    [...fields.values()].flatMap((own) => own[index] ?? []),
  ).flat();
}
