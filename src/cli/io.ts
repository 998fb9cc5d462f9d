/** Where a command writes: data on stdout, talk on stderr. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** True when a person reads stderr at a terminal, so that progress may be drawn. */
  readonly interactive: boolean;
}

export const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY,
};

export function printJson(io: Io, value: unknown): void {
  io.out(`${JSON.stringify(value, null, 2)}\n`);
}
