/** The best judge first; while it is away, the local one, and the grade says so. */
import { isAbort, VivaError, type ErrorCode } from '../errors.ts';
import type { Grade, Lang } from '../protocol.ts';
import type { GradeRequest, Grader } from './grader.ts';

export interface FallbackGraderOptions {
  readonly best: Grader;
  readonly local: Grader;
  /** Told of every failure of `best`, with the error that the candidate sees only in words. */
  readonly onFallback?: (error: unknown) => void;
}

/** Names the best judge; a grade's `judge` says who really wrote it. */
export class FallbackGrader implements Grader {
  readonly id: string;
  readonly #options: FallbackGraderOptions;

  constructor(options: FallbackGraderOptions) {
    this.id = options.best.id;
    this.#options = options;
  }

  async grade(request: GradeRequest): Promise<Grade> {
    try {
      return await this.#options.best.grade(request);
    } catch (error) {
      if (isAbort(error) || request.signal?.aborted === true) throw error;
      this.#options.onFallback?.(error);
      const grade = await this.#options.local.grade(request);
      return { ...grade, state: 'provisional', reason: reasonOf(error, request.lang) };
    }
  }
}

const reasons: Readonly<Partial<Record<ErrorCode, Record<Lang, string>>>> = {
  timeout: { zh: '聊天模型没有及时答复', en: 'the chat model took too long' },
  'llm-invalid-output': { zh: '聊天模型的答复不合要求', en: 'the chat model gave no proper judgement' },
  'model-budget': { zh: '聊天模型的用量已到上限', en: 'the tokens of the chat model are used up' },
  'llm-failed': { zh: '聊天模型暂时不可用', en: 'the chat model is away' },
};

function reasonOf(error: unknown, lang: Lang): string {
  const known = error instanceof VivaError ? reasons[error.code] : undefined;
  const why = known ?? { zh: '聊天模型评分失败', en: 'the chat model could not grade' };
  return lang === 'zh' ? `${why.zh}，这次由本地评分。` : `Graded locally: ${why.en}.`;
}
