import { describe, expect, test } from 'vitest';
import type { Entry, Statement } from '../../src/corpus/entry.ts';
import type { AppealRequest } from '../../src/grading/appeals.ts';
import type { GradeRequest, Grader } from '../../src/grading/grader.ts';
import { LocalAppeals } from '../../src/grading/local-appeals.ts';
import type { Grade, VerdictValue } from '../../src/protocol.ts';
import { gradeOf, lora } from '../coach/fixtures.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';

const said = 'B is filled with zeros and A is random';
const statements: Statement[] = [
  { label: 'covered', lang: 'en', text: 'B is filled with zeros, A is random' },
  { label: 'covered', lang: 'en', text: 'one is drawn from a Gaussian, the other holds nothing' },
  { label: 'partial', lang: 'en', text: 'B is filled with zeros' },
  { label: 'contradicted', lang: 'en', text: 'A is filled with zeros and B is random' },
  { label: 'contradicted', lang: 'en', text: 'both are drawn from a Gaussian' },
];
const [first, ...rest] = lora.keyPoints as [Entry['keyPoints'][number], ...Entry['keyPoints']];
const entry: Entry = { ...lora, keyPoints: [{ ...first, statements }, ...rest] };

/** Gives the first point this value when it knows statements on it, and the other one when it knows none. */
class Recording implements Grader {
  readonly id = 'recording';
  readonly calls: GradeRequest[] = [];
  readonly #known: VerdictValue;
  readonly #bare: VerdictValue;
  constructor(known: VerdictValue = 'missing', bare: VerdictValue = 'missing') {
    this.#known = known;
    this.#bare = bare;
  }
  async grade(request: GradeRequest): Promise<Grade> {
    this.calls.push(request);
    const value = request.entry.keyPoints[0]!.statements.length > 0 ? this.#known : this.#bare;
    const ids = [...request.keyPointIds!];
    return gradeOf(request.entry, request.reply, { [first.id]: value }, { lang: request.lang, ids });
  }
}

const judge = async (grader: Grader, change: Partial<AppealRequest> = {}) =>
  new LocalAppeals({ grader, embeddings: new HashEmbeddings() }).judge(request(change));

const request = (change: Partial<AppealRequest> = {}): AppealRequest => ({
  entry,
  keyPointId: first.id,
  before: 'missing',
  replies: [{ text: said, question: lora.question.en }],
  argument: 'I said it',
  lang: 'en',
  ...change,
});

describe('an appeal before the local judge', () => {
  test('is judged by key points and reference alone', async () => {
    const grader = new Recording('missing', 'covered');
    const { verdicts, by } = await judge(grader);
    expect(by).toBe('recording again');
    expect(verdicts.map(({ value }) => value)).toEqual(['covered']);
    const [bare] = grader.calls;
    expect(bare!.keyPointIds).toEqual([first.id]);
    expect(bare!.entry.keyPoints.flatMap((point) => point.statements)).toEqual([]);
    expect(entry.keyPoints[0]!.statements).toEqual(statements);
  });

  test.each([
    ['contradicted', 'contradicted'],
    ['missing', 'missing'],
    ['covered', 'covered'],
  ] as const)(
    'of a contradiction has to convince without the nearest statement of each label too: %s gives %s',
    async (known, expected) => {
      const grader = new Recording(known, 'covered');
      const { verdicts } = await judge(grader, { before: 'contradicted' });
      expect(verdicts.map(({ value }) => value)).toEqual([expected]);
      const other = grader.calls.at(-1)!;
      expect(other.entry.keyPoints[0]!.statements).toEqual([statements[1], statements[4]]);
      expect(other.entry.keyPoints.slice(1)).toEqual(rest);
    },
  );

  test('looks at every reply', async () => {
    const grader = new Recording();
    const replies = [
      { text: 'well', question: lora.question.en },
      { text: said, question: 'and then?' },
    ];
    const { verdicts } = await judge(grader, { replies });
    expect(verdicts).toHaveLength(2);
    expect(grader.calls.map(({ question }) => question)).toEqual([lora.question.en, 'and then?']);
  });
});
