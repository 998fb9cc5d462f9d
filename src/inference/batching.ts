/** Which rows go through the model together. Pure. */

/** A text waiting for its turn. */
export interface Row {
  readonly tokens: readonly number[];
}

/** One caller's rows. `waiting` shrinks as rows are taken. */
export interface Job<R extends Row = Row> {
  /** In order of arrival; sorted by length, longest last, by whoever adds the job. */
  readonly waiting: R[];
}

export interface BatchLimits {
  /** Rows in a batch. */
  readonly rows: number;
  /** Padded tokens in a batch: rows × length of the longest. A single longer row goes alone. */
  readonly tokens: number;
  /** How much shorter than the longest a row may be, as a share; one token is always allowed. */
  readonly padding: number;
}

/** Where the longest waiting row of at most `longest` tokens stands; −1 when all are longer. */
function fitting<R extends Row>({ waiting }: Job<R>, longest: number): number {
  let low = 0;
  let high = waiting.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((waiting[middle]?.tokens.length ?? 0) <= longest) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Takes the next batch out of the jobs: the longest row of one job first, then rows of nearly the same length, of that
 * job and of the others, while the batch stays in its limits.
 *
 * On even turns the job with the fewest rows left leads, so that a question does not wait for an ingestion; on odd turns
 * the oldest leads, so that an ingestion does not wait for ever.
 */
export function takeBatch<R extends Row>(jobs: readonly Job<R>[], limits: BatchLimits, turn: number): R[] {
  const open = jobs.filter((job) => job.waiting.length > 0);
  const [oldest] = open;
  if (oldest === undefined) return [];
  const lead =
    turn % 2 === 0
      ? open.reduce((best, job) => (job.waiting.length < best.waiting.length ? job : best), oldest)
      : oldest;
  const first = lead.waiting.pop();
  if (first === undefined) return [];
  const batch = [first];
  const longest = first.tokens.length;
  const shortest = Math.min(longest - 1, longest * (1 - limits.padding));
  for (const job of [lead, ...open.filter((other) => other !== lead)]) {
    for (let at = fitting(job, longest); at >= 0; at -= 1) {
      const row = job.waiting[at];
      const fits = row !== undefined && row.tokens.length >= shortest;
      if (!fits || batch.length >= limits.rows || (batch.length + 1) * longest > limits.tokens) break;
      job.waiting.splice(at, 1);
      batch.push(row);
    }
  }
  return batch;
}
