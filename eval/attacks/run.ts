// `npm run eval:attacks -- [files…] [--place reply] [--family f] [--wish leak] [--n 40] [--seed 1] [--real] [--json]`
import { parseArgs } from 'node:util';
import { runAttacks } from './run-attacks.ts';
import { describe, missedAims } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    place: { type: 'string' },
    family: { type: 'string' },
    wish: { type: 'string' },
    /** At most so many, the same share of each place. */
    n: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** The chat model of the settings instead of a server that is scripted to obey. */
    real: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const report = await runAttacks({
  files: positionals,
  place: values.place,
  family: values.family,
  wish: values.wish,
  n: values.n === undefined ? undefined : Number(values.n),
  seed: Number(values.seed),
  real: values.real,
  say: (line) => void process.stderr.write(`${line}\n`),
});
const missed = missedAims(report);
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${describe(report)}\n`);
process.stdout.write(missed.length === 0 ? 'all aims met\n' : `MISSED: ${missed.join('; ')}\n`);
process.exitCode = missed.length === 0 ? 0 : 1;
