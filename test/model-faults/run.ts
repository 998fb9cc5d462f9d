// `npm run test:model-faults -- [--turns 200] [--kills 5] [--clients 6] [--seed n] [--json]`
import { parseArgs } from 'node:util';
import { describe, runFaults } from './fault-run.ts';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '200' },
    kills: { type: 'string', default: '5' },
    clients: { type: 'string', default: '6' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed);
process.stdout.write(`seed ${seed}\n`);
const figures = await runFaults({
  turns: Number(values.turns),
  kills: Number(values.kills),
  clients: Number(values.clients),
  seed,
  say: (line) => void process.stdout.write(`${line}\n`),
});
process.stdout.write(`${describe(figures)}\n`);
if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exitCode = figures.faults.length === 0 ? 0 : 1;
