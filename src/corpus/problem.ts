/** A complaint about a corpus file: what is wrong, where, and the way out. */
export interface Problem {
  /** Path relative to the corpus folder. */
  readonly file: string;
  /** 1-based; 1 when the whole file is meant. */
  readonly line: number;
  readonly message: string;
  /** `error` leaves the entry, or the figure, out; `warning` is reported by `corpus lint` alone, which refuses both. */
  readonly severity: 'error' | 'warning';
}

export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}: ${problem.message}`;
}

/** 1-based line of a UTF-16 offset in a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let index = text.indexOf('\n'); index !== -1 && index < offset; index = text.indexOf('\n', index + 1))
    line++;
  return line;
}
