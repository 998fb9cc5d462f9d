/** Both judges one after the other, for callers that want one grade: a command, a measurement. An interview asks them apart. */
import { isAbort } from '../errors.ts';
import type { Grade } from '../protocol.ts';
import type { GradeRequest, Grader, Refiner } from './grader.ts';

export interface RefinedGraderOptions {
  readonly local: Grader;
  readonly refiner: Refiner;
  /** Told of every failure of the chat model; the grade is the local one then, and provisional. */
  readonly onFailure?: (error: unknown) => void;
}

/** Named for the chat model; a grade's `judge` says who really wrote it. */
export class RefinedGrader implements Grader {
  readonly id: string;
  readonly #options: RefinedGraderOptions;

  constructor(options: RefinedGraderOptions) {
    this.id = options.refiner.id;
    this.#options = options;
  }

  async grade(request: GradeRequest): Promise<Grade> {
    const { local, refiner, onFailure } = this.#options;
    const first = await local.grade(request);
    try {
      return (await refiner.refine(request, first)).grade;
    } catch (error) {
      if (isAbort(error) || request.signal?.aborted === true) throw error;
      onFailure?.(error);
      return { ...first, state: 'provisional', awaits: refiner.id };
    }
  }
}
