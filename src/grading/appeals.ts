/** The seam of whoever judges a disputed verdict a second time. */
import type { Entry } from '../corpus/entry.ts';
import { VivaError } from '../errors.ts';
import type { Lang, Verdict, VerdictValue } from '../protocol.ts';
import type { Grader } from './grader.ts';

export interface AppealRequest {
  readonly entry: Entry;
  readonly keyPointId: string;
  /** The disputed verdict. */
  readonly before: VerdictValue;
  /** Everything said to the question, in order, with the question as it was asked. */
  readonly replies: readonly { readonly text: string; readonly question: string }[];
  /** Why the candidate disagrees. It points at words of the replies; nothing in it counts by itself. */
  readonly argument: string;
  readonly lang: Lang;
  readonly signal?: AbortSignal;
}

export interface Opinion {
  /** One per reply, in order. */
  readonly verdicts: readonly Verdict[];
  /** Who judged: the name of a local judge, or a chat model and its prompt with the version. */
  readonly by: string;
}

export interface AppealJudge {
  /** @throws VivaError when no opinion could be reached */
  judge(request: AppealRequest): Promise<Opinion>;
}

/** Appeals go to a grader as it is. */
export class GraderAppeals implements AppealJudge {
  readonly #grader: Grader;

  constructor(grader: Grader) {
    this.#grader = grader;
  }

  async judge(request: AppealRequest): Promise<Opinion> {
    return { verdicts: await judgeReplies(this.#grader, request, () => request.entry), by: this.#grader.id };
  }
}

/**
 * The grader's verdict on the key point for each reply.
 * @param entryFor the entry as the grader may know it when it judges this reply
 */
export async function judgeReplies(
  grader: Grader,
  { keyPointId, replies, lang, signal }: AppealRequest,
  entryFor: (reply: string, question: string) => Entry | Promise<Entry>,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { text, question } of replies) {
    // oxlint-disable-next-line no-await-in-loop -- a candidate's few replies; an abort ends them at the next one
    const entry = await entryFor(text, question);
    // oxlint-disable-next-line no-await-in-loop
    const grade = await grader.grade({
      entry,
      reply: text,
      question,
      lang,
      keyPointIds: [keyPointId],
      ...(signal ? { signal } : {}),
    });
    const verdict = grade.verdicts.find((one) => one.keyPointId === keyPointId);
    if (grade.state === 'ungraded' || !verdict) {
      throw new VivaError('internal', `${grader.id} returned no verdict on ${entry.id} ${keyPointId}.`);
    }
    verdicts.push(verdict);
  }
  return verdicts;
}
