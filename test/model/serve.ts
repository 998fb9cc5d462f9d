// `npm run small-model -- [--port 0] [--threads 2] [--context 8192]`: a small model behind the OpenAI chat protocol.
import { parseArgs } from 'node:util';
import { openSmallModel } from './open-small-model.ts';
import { smallModelName, startSmallModelServer } from './small-model-server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    threads: { type: 'string', default: '2' },
    context: { type: 'string', default: '8192' },
  },
});

const model = await openSmallModel({ threads: Number(values.threads), contextSize: Number(values.context) });
const server = await startSmallModelServer(model, {
  port: Number(values.port),
  say: (line) => void process.stderr.write(`${line}\n`),
});
process.stdout.write(`OPENAI_BASE_URL=${server.url} VIVA_MODEL=${smallModelName}\n`);
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => void server.close().then(() => process.exit(0)));
}
