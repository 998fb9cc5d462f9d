import { describe, expect, test } from 'vitest';
import type { Entry, Statement } from '../../src/corpus/entry.ts';
import type { AppealRequest } from '../../src/grading/appeals.ts';
import type { GradeRequest, Grader } from '../../src/grading/grader.ts';
import { LocalAppeals } from '../../src/grading/local-appeals.ts';
import type { Grade } from '../../src/protocol.ts';
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

class Recording implements Grader {
  readonly id = 'recording';
  readonly calls: GradeRequest[] = [];
  async grade(request: GradeRequest): Promise<Grade> {
    this.calls.push(request);
    return gradeOf(request.entry, request.reply, {}, { lang: request.lang, ids: [...request.keyPointIds!] });
  }
}

const request = (change: Partial<AppealRequest> = {}): AppealRequest => ({
  entry,
  keyPointId: first.id,
  replies: [{ text: said, question: lora.question.en }],
  argument: 'I said it',
  lang: 'en',
  ...change,
});

describe('an appeal before the local judge', () => {
  test('is judged without the nearest statement of each label, and with all else as it was', async () => {
    const grader = new Recording();
    const { verdicts, by } = await new LocalAppeals({ grader, embeddings: new HashEmbeddings() }).judge(
      request(),
    );
    expect(by).toBe('recording again');
    expect(verdicts).toHaveLength(1);
    const [call] = grader.calls;
    expect(call!.keyPointIds).toEqual([first.id]);
    expect(call!.entry.keyPoints[0]!.statements).toEqual([statements[1], statements[4]]);
    expect(call!.entry.keyPoints.slice(1)).toEqual(rest);
    expect(entry.keyPoints[0]!.statements).toEqual(statements);
  });

  test('looks at every reply', async () => {
    const grader = new Recording();
    const replies = [
      { text: 'well', question: lora.question.en },
      { text: said, question: 'and then?' },
    ];
    const { verdicts } = await new LocalAppeals({ grader, embeddings: new HashEmbeddings() }).judge(
      request({ replies }),
    );
    expect(verdicts).toHaveLength(2);
    expect(grader.calls.map(({ question }) => question)).toEqual([lora.question.en, 'and then?']);
  });
});
