/** What the command line's exit status means; `viva --help` prints the same. */
export const exitCodes = {
  ok: 0,
  /** The command ran and failed: a missing file, a taken port, a broken index. */
  failed: 1,
  /** The command line or a setting cannot be understood. */
  usage: 2,
  /** The command ran and found something wrong with the material (lint, doctor, eval with errors). */
  findings: 3,
  /** Stopped by the user (Ctrl-C). */
  interrupted: 130,
} as const;
