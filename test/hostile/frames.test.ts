/** Hundreds of hostile frames over real sockets against the real coach: the right code each time, and no harm to anybody. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { createLocalGrader } from '../../src/grading/create-local-grader.ts';
import type { ServerFrame } from '../../src/protocol.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { material } from '../coach/fixtures.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';
import { Client, startServer, type TestServer } from '../server/harness.ts';
import { generatedFrames, namedFrames, type HostileFrame, type Known } from './hostile-frames.ts';
import { RawSocket, type RawFrame } from './raw-socket.ts';
import { whole } from './whole.ts';

/** The words of a session that is none of the attacker's business. */
const secret = 'VICTIM-WORDS-6f1e';
/** More than an honest client has to wait for its turn while the frames come: the machine may be busy. */
const mostLatencyMs = 2_000;

const high = {
  framesPerTenSeconds: 1e6,
  messagesPerMinute: 1e6,
  messagesPerMinutePerAddress: 1e6,
  sessionsPerMinutePerAddress: 1e6,
  wrongTokensPerMinutePerAddress: 1e6,
  sessionsPerConnection: 1e4,
  sessions: 1e5,
};

let test: TestServer;
let honest: Client;
let victim: { sessionId: string; token: string };
const crashes: unknown[] = [];
const onCrash = (error: unknown) => void crashes.push(error);
beforeEach(async () => {
  process.on('unhandledRejection', onCrash);
  const log = openSqliteEventLog({ file: ':memory:', now: Date.now });
  test = await startServer({
    log,
    limits: high,
    engine: createEngine({
      log,
      grader: createLocalGrader(new HashEmbeddings()),
      answerer: { answer: async () => ({ kind: 'refused', text: 'no', nearest: [] }) },
      retriever: { retrieve: async () => [] },
      classifier: { classify: async () => ({ intent: 'reply', confidence: 1, runnerUp: null }) },
      entries: () => material,
      newId: () => 'unused',
      seedOf: () => 1,
    }),
  });
  honest = await test.connect();
  victim = await honest.create({ plan: { questions: 1 } });
  await honest.say(victim.sessionId, secret, { intent: 'chatter' });
});
afterEach(async () => {
  await test.stop();
  process.off('unhandledRejection', onCrash);
  expect(crashes.splice(0)).toEqual([]);
});

/** One attacker: sends frames one by one and keeps every byte that comes back. */
class Attacker {
  client!: Client;
  known!: Known;
  heard = '';
  #sent = 0;

  async connect(): Promise<void> {
    this.client = await test.connect();
    const second = await this.client.create();
    this.client = await test.connect();
    const own = await this.client.create({ plan: { questions: 1 } });
    this.known = { ...own, second, foreign: victim.sessionId };
  }

  /** The error that the frame brought, `taken` when it was taken without one. */
  async outcome({ frame }: HostileFrame): Promise<string> {
    const { client } = this;
    const from = client.frames.length;
    client.socket.send(frame, { binary: typeof frame !== 'string' });
    // Frames are taken in order: when this one is refused, the one before it is done.
    const mark = client.send({ type: 'turn.cancel', sessionId: 'nobody', id: `mark-${(this.#sent += 1)}` });
    const isMark = (one: ServerFrame) => one.type === 'error' && one.id === mark;
    await client.until(isMark, from);
    const id = idOf(frame);
    const done = (one: ServerFrame) =>
      ('id' in one && one.id === id && ['turn.end', 'session.ready', 'error', 'ack'].includes(one.type)) ||
      (one.type === 'error' && one.id === undefined);
    const came = () => client.frames.slice(from).filter((one) => !isMark(one));
    // A turn goes on beside the frames after it.
    if (id !== null && /message\.send|interview\.start/.test(String(frame)) && !came().some(done)) {
      await client.until((one) => !isMark(one) && done(one), from);
    }
    this.heard += JSON.stringify(came());
    const failed = came().find((one) => one.type === 'error');
    return failed?.type === 'error' ? failed.error.code : 'taken';
  }
}

/** The id by which the frame is answered, as far as it can be read. */
function idOf(frame: string | Buffer): string | null {
  try {
    const parsed: unknown = JSON.parse(String(frame));
    if (typeof parsed !== 'object' || parsed === null || !('id' in parsed)) return null;
    return typeof parsed.id === 'string' ? parsed.id : null;
  } catch {
    return null;
  }
}

/** An honest client goes on beside; its latencies. */
function goOnBeside(): { stop(): Promise<number[]> } {
  const until = new AbortController();
  const run = (async () => {
    const took: number[] = [];
    while (!until.signal.aborted) {
      const began = performance.now();
      await honest.say(victim.sessionId, secret, { intent: 'chatter' });
      took.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return took;
  })();
  return {
    stop: async () => {
      until.abort();
      return run;
    },
  };
}

async function sendAll(frames: (known: Known) => Iterable<HostileFrame>): Promise<number> {
  const attacker = new Attacker();
  await attacker.connect();
  const beside = goOnBeside();
  const wrong: string[] = [];
  let sent = 0;
  for (const one of frames(attacker.known)) {
    sent += 1;
    const found = await attacker.outcome(one);
    const right = one.expected === 'either' ? true : found === one.expected;
    if (!right) wrong.push(`${one.name}: ${found}, not ${one.expected}: ${String(one.frame).slice(0, 200)}`);
    if (attacker.client.closed !== null) await attacker.connect();
  }
  const latencies = await beside.stop();
  expect(wrong).toEqual([]);
  // The attacker named that session; nothing of it came back, not even its id.
  const leaked = [secret, victim.token, victim.sessionId].filter((theirs) => attacker.heard.includes(theirs));
  expect(leaked).toEqual([]);
  expect(Math.max(...latencies)).toBeLessThan(mostLatencyMs);
  expect(latencies.length).toBeGreaterThan(3);
  // Nothing was polluted on the way.
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  // The honest client missed nothing, and the log holds what was sent, once.
  const seqs = honest.seqs(victim.sessionId);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  const internal = test.logged.filter((line) => line.includes('a frame failed'));
  expect(internal).toEqual([]);
  attacker.client.socket.terminate();
  return sent;
}

describe('hostile frames', () => {
  it('each named one is answered with its code', async () => {
    expect(await sendAll((known) => namedFrames(known))).toBeGreaterThan(95);
  }, 120_000);

  it('each of a seed is answered with its code', async () => {
    const count = whole ? 3_000 : 500;
    expect(await sendAll((known) => generatedFrames(20_26, count, known))).toBe(count);
  }, 300_000);
});

describe('frames that break the rules of WebSocket', () => {
  const cases: [name: string, frames: RawFrame[], code: number][] = [
    ['without a mask', [{ payload: '{}', masked: false }], 1002],
    ['with the first reserved bit', [{ rsv: 4, payload: '{}' }], 1002],
    ['with the other reserved bits', [{ rsv: 3, payload: '{}' }], 1002],
    ['of a reserved kind', [{ opcode: 3, payload: '{}' }], 1002],
    ['of a reserved kind of control', [{ opcode: 11, payload: '{}' }], 1002],
    ['that go on with nothing', [{ opcode: 0, payload: '{}' }], 1002],
    ['that begin anew in the middle', [{ fin: false, payload: '{' }, { payload: '}' }], 1002],
    ['a ping in pieces', [{ fin: false, opcode: 9 }], 1002],
    ['a ping that is too long', [{ opcode: 9, payload: 'x'.repeat(126) }], 1002],
    ['a close of one byte', [{ opcode: 8, payload: 'x' }], 1002],
    ['a close with a code of nobody', [{ opcode: 8, payload: Buffer.from([0, 1]) }], 1002],
    ['a close that is not UTF-8', [{ opcode: 8, payload: Buffer.from([3, 232, 0xc3, 0x28]) }], 1007],
    ['text that is not UTF-8', [{ payload: Buffer.from([0xc3, 0x28]) }], 1007],
    [
      'text that is UTF-8 of half a character',
      [{ payload: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]) }],
      1007,
    ],
    [
      'text whose pieces are not UTF-8',
      [
        { fin: false, payload: Buffer.from([0xe4]) },
        { opcode: 0, payload: Buffer.from([0x41]) },
      ],
      1007,
    ],
    ['a length of 2^63', [{ payload: 'x', length: 2n ** 63n }], 1009],
    ['a length beyond what is received', [{ payload: 'x', length: 1024 * 1024 + 1 }], 1009],
    [
      'pieces beyond what is received',
      Array.from({ length: 20 }, (_, index) => ({
        fin: false,
        opcode: index === 0 ? 1 : 0,
        payload: 'x'.repeat(65_535),
      })),
      1009,
    ],
    [
      'a message in 300 pieces',
      Array.from({ length: 300 }, (_, index) => ({ fin: false, opcode: index === 0 ? 1 : 0, payload: 'x' })),
      1008,
    ],
  ];
  it.each(cases)('%s', async (_name, frames, code) => {
    const raw = await RawSocket.open(test.port);
    raw.send(...frames);
    expect(await raw.closeCode()).toBe(code);
    await honest.say(victim.sessionId, 'still here', { intent: 'chatter' });
  });

  it('takes a message in pieces, with pings between them', async () => {
    const raw = await RawSocket.open(test.port);
    const text = JSON.stringify({ v: 1, type: 'session.create', id: 'a', lang: 'en' });
    raw.send(
      { fin: false, payload: text.slice(0, 9) },
      { opcode: 9, payload: 'between' },
      { opcode: 0, payload: text.slice(9) },
    );
    await raw.until(() => raw.texts.some((one) => one.includes('session.ready')));
    expect(raw.pongs).toBe(1);
  });

  it('offers no compression, and refuses what is compressed all the same', async () => {
    const raw = await RawSocket.open(test.port, [
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    ]);
    expect(raw.head).toContain('101');
    expect(raw.head.toLowerCase()).not.toContain('sec-websocket-extensions');
    // A bomb would come like this: the first reserved bit says that it is compressed.
    raw.send({ rsv: 4, payload: Buffer.from([0xaa, 0x56, 0x4a, 0x54]) });
    expect(await raw.closeCode()).toBe(1002);
  });
});
