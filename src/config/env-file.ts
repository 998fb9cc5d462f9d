/** The `.env` file. */
import { existsSync, readFileSync } from 'node:fs';
import { VivaError } from '../errors.ts';

/** Reads `NAME=value` lines of a `.env` file; comments and blank lines are skipped, quotes are stripped. */
export function readEnvFile(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const found: Record<string, string> = {};
  for (const [index, line] of readFileSync(path, 'utf8').split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match?.[1]) {
      throw new VivaError(
        'config-invalid',
        `${path}:${index + 1}: cannot read this line; write NAME=value, or start the line with # to comment it out.`,
      );
    }
    found[match[1]] = (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
  }
  return found;
}
