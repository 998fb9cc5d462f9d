/** The longest message that a client may send, in every shape, through intent, grade and answer: none takes much longer than prose. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isInstruction } from '../../src/answering/instruction.ts';
import { citedSentences } from '../../src/answering/citations.ts';
import { detectLang } from '../../src/coach/detect-lang.ts';
import { RuledIntentClassifier } from '../../src/coach/intent-classifier.ts';
import { packageRoot } from '../../src/config.ts';
import { checkText } from '../../src/engine/check-text.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { loadIntentModel } from '../../src/engine/load-intent-model.ts';
import { createLocalGrader } from '../../src/grading/create-local-grader.ts';
import { replyWindows } from '../../src/grading/reply-windows.ts';
import { findQuote } from '../../src/grading/span-check.ts';
import { intentSchema, type Intent, type Lang, type SessionEvent } from '../../src/protocol.ts';
import { createTokenizer, type Tokenizer } from '../../src/retrieval/tokenize.ts';
import { exportMarkdown } from '../../src/sessions/export-session.ts';
import { buildRecord } from '../../src/sessions/read-models.ts';
import { lora, material } from '../coach/fixtures.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';
import { hit, MemoryLog, ScriptedAnswerer, ScriptedRetriever } from '../engine/fakes.ts';
import { whole } from './whole.ts';
import { adversarialTexts, ordinaryTexts, type LongText } from './long-texts.ts';

/** What others do on the machine meanwhile is not counted, and neither is one slow moment: the best of three. */
async function cpuMs(work: () => unknown): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < 3; round += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
    if (best < 20) break;
  }
  return best;
}

/** Twice what prose takes, and a grace for the clock: a text that takes its length squared needs seconds. */
const grace = 60;

/** Some characters stand for up to 18 in their normal form, which is what is read. */
const growth = (text: string) => Math.max(1, text.normalize('NFKC').length / text.length);

async function tooSlow(texts: readonly LongText[], work: (text: string) => unknown): Promise<string[]> {
  const ordinary: number[] = [];
  for (const { text } of [...ordinaryTexts(), ...ordinaryTexts()])
    ordinary.push(await cpuMs(() => work(text)));
  const usual = Math.max(...ordinary.slice(2));
  const slow: string[] = [];
  for (const { name, text } of texts) {
    const took = await cpuMs(() => work(text));
    if (took > (2 * usual + grace) * growth(text))
      slow.push(`${name}: ${took.toFixed(0)} ms, prose ${usual.toFixed(0)} ms`);
  }
  return slow;
}

/** All of them with `npm run test:hostile`; some, with the rest of the tests. */
const texts = adversarialTexts().filter((_, index) => whole || index % 8 === 0);
let tokenizer: Tokenizer;
let classifier: RuledIntentClassifier;
beforeAll(async () => {
  tokenizer = await createTokenizer();
  classifier = new RuledIntentClassifier({
    model: await loadIntentModel(join(packageRoot, 'models', 'intent')),
    embeddings: null,
  });
});

/** An interview with the real coach, the real local judge and the real intent model, over vectors that cost nothing. */
function house() {
  const answerer = new ScriptedAnswerer();
  const retriever = new ScriptedRetriever();
  const log = new MemoryLog();
  const embeddings = new HashEmbeddings();
  let sessions = 0;
  const engine = createEngine({
    log,
    grader: createLocalGrader(embeddings),
    answerer,
    retriever,
    classifier,
    entries: () => material,
    newId: () => `s-${(sessions += 1)}`,
    seedOf: () => 1,
    onFailure: (error) => {
      throw error;
    },
  });
  return {
    /** One message of one session with a question open, a reply given and a hint taken. */
    async turn(text: string, intent: Intent | undefined, lang: Lang = 'zh'): Promise<SessionEvent[]> {
      const { sessionId } = await engine.createSession({
        lang,
        mode: 'study',
        tokenHash: '',
        plan: { entryId: lora.id },
      });
      await engine.handleMessage(sessionId, { clientId: 'reply', text: 'A is random.', intent: 'reply' });
      await engine.handleMessage(sessionId, { clientId: 'hint', text: 'hint', intent: 'hint' });
      for (let call = 0; call < 4; call += 1) {
        answerer.next(() => ({ kind: 'refused', text: 'no', nearest: [] }));
        retriever.next(() => [hit(lora.id, 0.9)]);
      }
      await engine.handleMessage(sessionId, {
        clientId: 'it',
        text,
        ...(intent === undefined ? {} : { intent }),
      });
      await engine.idle(sessionId);
      const events = log.sessions.get(sessionId) ?? [];
      log.sessions.delete(sessionId);
      embeddings.asked.length = 0;
      return events;
    },
  };
}

describe('the longest message in every shape', () => {
  const parts: [name: string, work: (text: string) => unknown][] = [
    ['is cut into claims', (text) => replyWindows(lora, text)],
    ['is searched for', (text) => tokenizer.terms(text)],
    ['is looked through for instructions', (text) => isInstruction(text)],
    ['is searched for a quote', (text) => findQuote('B starts at zero', text)],
    ['is a quote itself', (text) => findQuote(text, 'B starts at zero')],
    ['is a model’s answer', (text) => citedSentences(text)],
    ['is read for its language', (text) => detectLang(text, 'en')],
    [
      'is read for what it wants',
      (text) => classifier.classify({ message: text, phase: 'question', lang: 'en', openQuestion: 'Why?' }),
    ],
  ];
  it.each(parts)('%s', async (_name, work) => {
    expect(await tooSlow(texts, work)).toEqual([]);
  });

  it.each<Intent | undefined>([undefined, ...intentSchema.options])(
    'takes no longer than prose as %s',
    async (intent) => {
      const { turn } = house();
      expect((await turn('B is zero', intent)).length).toBeGreaterThan(6);
      // Every text comes up in some of the readings, the replies read all of them.
      const step = intent === 'reply' ? 1 : 6;
      const place = intent === undefined ? 0 : intentSchema.options.indexOf(intent);
      const chosen = texts.filter((_, index) => index % step === place % step);
      expect(await tooSlow(chosen, async (text) => turn(text, intent))).toEqual([]);
    },
    120_000,
  );

  it('is written into an export', async () => {
    const { turn } = house();
    const slow = await tooSlow(
      texts.filter((_, index) => index % 4 === 0),
      async (text) => {
        const events = await turn(text.slice(0, 40), 'reply');
        const record = buildRecord(
          events.map((event) => (event.type === 'message.received' ? { ...event, text } : event)),
        );
        exportMarkdown(record);
      },
    );
    expect(slow).toEqual([]);
  });

  it('is refused when its marks pile up', () => {
    expect(() => checkText(`a${'\u0301\u0323'.repeat(15)}`)).not.toThrow();
    expect(() => checkText(`a${'\u0301\u0323'.repeat(16)}`)).toThrow('30 marks');
  });
});
