/** Graded turns of a real server with the bundled model: the longest replies in every shape against prose of the same length. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../server/harness.ts';
import { adversarialTexts, ordinaryTexts } from './long-texts.ts';
import { Served } from './served.ts';
import { whole } from './whole.ts';

const tell = (text: string) => void process.stdout.write(`  ${text}\n`);

// Minutes of the model's time: not with every `npm test`.
describe.runIf(whole)('a graded turn', () => {
  let served: Served;
  beforeAll(async () => {
    served = await Served.start({ VIVA_MESSAGES_PER_MINUTE: '1000' });
  }, 120_000);
  afterAll(async () => served.stop());

  let hosts = 0;
  async function turnMs(text: string): Promise<number> {
    hosts += 1;
    const localAddress = `127.1.${1 + Math.floor(hosts / 200)}.${1 + (hosts % 200)}`;
    const client = await Client.open(`ws://127.0.0.1:${served.port}/ws`, { localAddress });
    client.patienceMs = 60_000;
    const { sessionId } = await client.create({ lang: 'en', plan: { entryId: 'llm/language/05' } });
    const began = performance.now();
    await client.say(sessionId, text, { intent: 'reply' });
    const took = performance.now() - began;
    client.socket.terminate();
    return took;
  }

  it('takes at most twice as long as prose of the same length', async () => {
    const [english, chinese] = ordinaryTexts();
    for (const { text } of ordinaryTexts()) await turnMs(text.slice(0, 500));
    const prose: number[] = [];
    // What was embedded lately is remembered, so every reply has words of its own.
    for (let round = 0; round < 3; round += 1) {
      for (const one of [english, chinese]) {
        prose.push(
          await turnMs(
            (one?.text ?? '')
              .replaceAll(/[a-z]{2,4}(?= |,| )/g, (word) => `${word}${round}`)
              .slice(0, 20_000),
          ),
        );
      }
    }
    const usual = Math.max(...prose);
    const sample = adversarialTexts().filter(
      (one, index) => index % 9 === 0 || /all different|claims|clauses/.test(one.name),
    );
    const took: { name: string; ms: number }[] = [];
    for (const { name, text } of sample) took.push({ name, ms: await turnMs(text) });
    took.sort((a, b) => a.ms - b.ms);
    const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))]?.ms ?? 0;
    tell(`20,000 characters of prose: n ${prose.length}, ${prose.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    tell(
      `20,000 hostile characters: n ${took.length}, p50 ${at(0.5).toFixed(0)}, p90 ${at(0.9).toFixed(0)}, p99 ${at(0.99).toFixed(0)} ms`,
    );
    for (const { name, ms } of took.slice(-5)) tell(`  ${ms.toFixed(0)} ms ${name}`);
    expect(at(0.99)).toBeLessThan(2 * usual + 250);
  }, 600_000);
});
