#!/usr/bin/env node
// The installed command: compiled code, built on first use so that a fresh clone works without a build step.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(fileURLToPath(main))) {
  const { build } = await import('../build.mjs');
  await build({ web: false });
}
await import(main.href);
