/** Where a command writes: data on stdout, talk on stderr. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** True when a person reads stderr at a terminal, so that progress may be drawn. */
  readonly interactive: boolean;
}

/**
 * Text without what a terminal obeys or a reader cannot see: escape sequences, carriage returns, signs that turn the
 * direction of writing. Entries, candidates and models write what is printed, and none of them should move the cursor.
 */
export function harmless(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[^\P{Cc}\t\n]|[\u202A-\u202E\u2066-\u2069]/gu, '');
}

export const processIo: Io = {
  out: (text) => void process.stdout.write(harmless(text)),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY,
};

export function printJson(io: Io, value: unknown): void {
  io.out(`${JSON.stringify(value, null, 2)}\n`);
}
