// `npm run test:crash -- [--rounds 50] [--clients 20] [--seed n]`: the kill test, with its figures.
import { parseArgs } from 'node:util';
import { describe } from './figures.ts';
import { momentKinds } from './moments.ts';
import { runRounds } from './rounds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    clients: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** Only moments whose name has this in it. */
    kind: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});

// The first signal lets the round come to its end and prints what the rounds so far came to.
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());

const seed = Number(values.seed);
process.stdout.write(`seed ${seed}\n`);
const figures = await runRounds({
  rounds: Number(values.rounds),
  clients: Number(values.clients),
  seed,
  signal: stop.signal,
  kinds: momentKinds.filter((kind) => kind.includes(values.kind)),
  say: (line) => void process.stdout.write(`${line}\n`),
});
process.stdout.write(`${describe(figures)}\n`);
if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exitCode = figures.faults.length === 0 ? 0 : 1;
