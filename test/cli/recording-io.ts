/** Keeps what a command writes. */
import type { Io } from '../../src/cli/io.ts';

export class RecordingIo implements Io {
  stdout = '';
  stderr = '';
  readonly interactive: boolean;

  constructor(interactive = false) {
    this.interactive = interactive;
  }

  out = (text: string): void => {
    this.stdout += text;
  };

  err = (text: string): void => {
    this.stderr += text;
  };
}
