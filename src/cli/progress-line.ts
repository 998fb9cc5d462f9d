/** Progress for people: a bar that is drawn over at a terminal, a line now and then elsewhere. */
import type { Io } from './io.ts';

const width = 24;
const drawEveryMs = 100;
/** Shares of the work after which a plain line is printed. */
const plainStep = 0.1;

export class ProgressLine {
  readonly #io: Io;
  readonly #label: string;
  readonly #now: () => number;
  #start: number | null = null;
  #lastDrawn = -Infinity;
  #lastShare = 0;
  #drawn = false;

  constructor(io: Io, label: string, now: () => number = Date.now) {
    this.#io = io;
    this.#label = label;
    this.#now = now;
  }

  show(done: number, of: number): void {
    if (of === 0) return;
    const time = this.#now();
    this.#start ??= time;
    const share = done / of;
    if (!this.#io.interactive) {
      if (share < 1 && share - this.#lastShare < plainStep) return;
      this.#lastShare = share;
      this.#io.err(`${this.#label} ${done}/${of}\n`);
      return;
    }
    if (share < 1 && time - this.#lastDrawn < drawEveryMs) return;
    this.#lastDrawn = time;
    const filled = Math.round(share * width);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    const left =
      share > 0 && share < 1
        ? `, ${Math.ceil((((time - this.#start) / share) * (1 - share)) / 1000)} s left`
        : '';
    this.#io.err(`\r\u001B[2K${this.#label} ${bar} ${done}/${of}${left}`);
    this.#drawn = true;
  }

  /** A line of its own, above the bar. */
  say(text: string): void {
    this.#wipe();
    this.#io.err(`${text}\n`);
  }

  end(): void {
    this.#wipe();
  }

  #wipe(): void {
    if (this.#drawn) this.#io.err('\r\u001B[2K');
    this.#drawn = false;
  }
}
