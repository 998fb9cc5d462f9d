/**
 * Judges a disputed verdict by the local judge again, as for a bank without labelled statements: by key point and
 * reference alone. Nothing there knows wrong statements, so a contradiction has to yield to a look without the statements
 * that lie nearest to what was said as well. docs/decisions/0012-talk-by-model.md has the figures.
 */
import type { Entry, Statement, StatementLabel } from '../corpus/entry.ts';
import { statementLabelSchema } from '../corpus/entry.ts';
import { dot } from '../embedding/dot.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { verdictWorth } from './arithmetic.ts';
import { judgeReplies, type AppealJudge, type AppealRequest, type Opinion } from './appeals.ts';
import type { Grader } from './grader.ts';
import { replyWindows } from './reply-windows.ts';

export class LocalAppeals implements AppealJudge {
  readonly #grader: Grader;
  readonly #embeddings: VivaEmbeddings;
  // What the judge learns of an entry it remembers by the entry itself.
  readonly #stripped = new WeakMap<Entry, Entry>();

  constructor(options: { readonly grader: Grader; readonly embeddings: VivaEmbeddings }) {
    this.#grader = options.grader;
    this.#embeddings = options.embeddings;
  }

  async judge(request: AppealRequest): Promise<Opinion> {
    const bare = await judgeReplies(this.#grader, request, () => this.#bare(request.entry));
    const by = `${this.#grader.id} again`;
    if (request.before !== 'contradicted') return { verdicts: bare, by };
    const others = await judgeReplies(this.#grader, request, async (reply, question) =>
      this.#withoutNearest(request, reply, question),
    );
    const verdicts = bare.map((verdict, index) => {
      const other = others[index];
      return other && verdictWorth[other.value] < verdictWorth[verdict.value] ? other : verdict;
    });
    return { verdicts, by };
  }

  /** The entry without any statement. */
  #bare(entry: Entry): Entry {
    const known = this.#stripped.get(entry);
    if (known) return known;
    const bare = {
      ...entry,
      keyPoints: entry.keyPoints.map((point) => ({ ...point, statements: [] })),
    };
    this.#stripped.set(entry, bare);
    return bare;
  }

  /** The entry without the nearest statement of each label to anything in the reply. */
  async #withoutNearest(
    { entry, keyPointId, signal }: AppealRequest,
    reply: string,
    question: string,
  ): Promise<Entry> {
    const point = entry.keyPoints.find(({ id }) => id === keyPointId);
    const pieces = replyWindows(entry, reply, question).map(({ text }) => text);
    if (!point || point.statements.length === 0 || pieces.length === 0) return entry;
    const said = await this.#embeddings.embed(pieces, { kind: 'query', signal });
    const known = await this.#embeddings.embed(
      point.statements.map(({ text }) => text),
      { kind: 'query', signal },
    );
    const nearest = new Map<StatementLabel, { statement: Statement; similarity: number }>();
    for (const [index, statement] of point.statements.entries()) {
      const vector = known[index];
      if (!vector) continue;
      const similarity = Math.max(...said.map((one) => dot(one, vector)));
      if (similarity > (nearest.get(statement.label)?.similarity ?? -Infinity)) {
        nearest.set(statement.label, { statement, similarity });
      }
    }
    const dropped = statementLabelSchema.options.map((label) => nearest.get(label)?.statement);
    return {
      ...entry,
      keyPoints: entry.keyPoints.map((one) =>
        one === point
          ? { ...one, statements: one.statements.filter((statement) => !dropped.includes(statement)) }
          : one,
      ),
    };
  }
}
