/** A real server under attack from many addresses: what it holds meanwhile, what it holds afterwards, and how long others wait. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, rawFetch } from '../server/harness.ts';
import { connect as connectTcp } from 'node:net';
import { generatedFrames } from './hostile-frames.ts';
import { RawSocket } from './raw-socket.ts';
import { Served, type Memory } from './served.ts';
import { whole } from './whole.ts';

const megabyte = 1024 * 1024;
const shown = (bytes: number) => `${(bytes / megabyte).toFixed(1)} MiB`;
const tell = (text: string) => void process.stdout.write(`  ${text}\n`);

let served: Served;
let honest: Client;
let session: { sessionId: string; token: string };
beforeAll(async () => {
  served = await Served.start({ VIVA_MESSAGES_PER_MINUTE: '2000' });
  honest = await open('127.0.0.2');
  session = await honest.create({ lang: 'en', plan: { questions: 1 } });
}, 120_000);
afterAll(async () => served.stop());

/** Every address of 127.0.0.0/8 is this machine's: limits count each by itself. */
async function open(localAddress: string): Promise<Client> {
  const client = await Client.open(`ws://127.0.0.1:${served.port}/ws`, { localAddress });
  client.patienceMs = 30_000;
  return client;
}

/** An honest client that goes on; the time of each of its turns in ms. */
function goOnBeside(): { stop(): Promise<number[]> } {
  const until = new AbortController();
  const took: number[] = [];
  const run = (async () => {
    while (!until.signal.aborted) {
      const began = performance.now();
      await honest.say(session.sessionId, 'hello', { intent: 'chatter' });
      took.push(performance.now() - began);
      honest.frames.length = 0;
      await new Promise((resolve) => setTimeout(resolve, 110));
    }
    return took.sort((a, b) => a - b);
  })();
  return {
    stop: async () => {
      until.abort();
      return run;
    },
  };
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** The latencies of the honest client, told and held to a bound. */
async function undisturbed(beside: { stop(): Promise<number[]> }, during: string): Promise<void> {
  const took = await beside.stop();
  tell(
    `${during}: honest turns n ${took.length}, p50 ${quantile(took, 0.5).toFixed(0)} ms, max ${quantile(took, 1).toFixed(0)} ms`,
  );
  expect(took.length).toBeGreaterThan(0);
  expect(quantile(took, 1)).toBeLessThan(3_000);
}

async function gauge(name: string): Promise<number> {
  const { text } = await rawFetch(served.port, '/metrics');
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

/** Memory once every socket but the honest one is gone. */
async function settled(): Promise<Memory> {
  await expect.poll(async () => gauge('viva_sockets'), { timeout: 20_000 }).toBe(1);
  await expect.poll(async () => gauge('viva_sessions'), { timeout: 20_000 }).toBe(1);
  return served.memory();
}

let hosts = 0;
const newAddress = () => `127.0.${1 + Math.floor((hosts += 1) / 200)}.${1 + (hosts % 200)}`;

/** Hostile frames with the limits as they come, a hundred a connection. */
async function frames(count: number, seed: number): Promise<void> {
  for (let left = count; left > 0; left -= 90) {
    const client = await open(newAddress());
    const own = await client.create({ plan: { questions: 1 } });
    const known = { ...own, second: own, foreign: session.sessionId };
    for (const { frame } of generatedFrames(seed + left, Math.min(90, left), known)) {
      client.socket.send(frame, { binary: typeof frame !== 'string' });
    }
    const mark = client.send({ type: 'turn.cancel', sessionId: 'nobody' });
    await client.until((one) => one.type === 'error' && one.id === mark);
    expect(JSON.stringify(client.frames)).not.toContain(session.token);
    client.socket.terminate();
  }
}

/** As many connections a second as asked, from one address: some say nothing, some half a handshake, some the whole. */
async function connects(perSecond: number, seconds: number): Promise<{ opened: number; dropped: number }> {
  const from = newAddress();
  const sockets: ReturnType<typeof connectTcp>[] = [];
  let dropped = 0;
  const began = performance.now();
  for (let made = 0; made < perSecond * seconds;) {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - began) / 1000) * perSecond));
    for (; made < due; made += 1) {
      const socket = connectTcp({ port: served.port, host: '127.0.0.1', localAddress: from });
      socket.on('error', () => undefined).on('close', () => (dropped += 1));
      const kind = made % 3;
      if (kind > 0)
        socket.write(`GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nUpgrade: websocket\r\n`);
      if (kind > 1)
        socket.write(
          'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        );
      sockets.push(socket);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const result = { opened: sockets.length, dropped };
  for (const socket of sockets) socket.destroy();
  return result;
}

describe('a real server', () => {
  it('is back where it was after hostile frames', async () => {
    const count = whole ? 1_800 : 540;
    // The first ones warm up what every first of anything allocates.
    await frames(270, 1);
    const before = await settled();
    const beside = goOnBeside();
    await frames(count, 7_000);
    await undisturbed(beside, `${count} hostile frames`);
    const after = await settled();
    tell(
      `heap ${shown(before.heapUsed)} → ${shown(after.heapUsed)}, outside ${shown(before.external)} → ${shown(after.external)}, RSS ${shown(before.rss)} → ${shown(after.rss)}`,
    );
    expect(after.heapUsed - before.heapUsed).toBeLessThan(6 * megabyte);
    expect(after.external - before.external).toBeLessThan(4 * megabyte);
    expect(after.rss - before.rss).toBeLessThan(64 * megabyte);
    expect(served.running).toBe(true);
  }, 120_000);

  it('lets nobody wait for 1,000 connects a second from one address', async () => {
    const before = await settled();
    const beside = goOnBeside();
    const { opened, dropped } = await connects(1_000, whole ? 5 : 2);
    await undisturbed(beside, `${opened} connects from one address`);
    tell(`${dropped} of ${opened} were dropped while they came`);
    // 200 may stand, whatever they carry.
    expect(dropped).toBeGreaterThan(opened - 400);
    const after = await settled();
    expect(after.heapUsed - before.heapUsed).toBeLessThan(6 * megabyte);
    expect(after.rss - before.rss).toBeLessThan(64 * megabyte);
  }, 120_000);

  it('holds little more than a megabyte for each reader that never reads', async () => {
    const text = '字'.repeat(20_000);
    let long = { sessionId: '', token: '' };
    for (let part = 0; part < 5; part += 1) {
      const writer = await open(newAddress());
      if (part === 0) long = await writer.create();
      else await writer.resume(long, 1 + part * 160 - 160);
      for (let message = 0; message < 80; message += 1) {
        await writer.say(long.sessionId, text, { intent: 'chatter' });
        writer.frames.length = 0;
      }
      writer.socket.terminate();
    }
    const before = await settled();
    const from = newAddress();
    const readers: RawSocket[] = [];
    const beside = goOnBeside();
    for (let reader = 0; reader < 40; reader += 1) {
      const raw = await RawSocket.open(served.port, [], from);
      raw.socket.pause();
      raw.say({ type: 'session.resume', id: 'r', ...long, after: 0 });
      readers.push(raw);
    }
    await undisturbed(beside, '40 readers that never read');
    const during = await served.memory();
    const held = (during.heapUsed + during.external - before.heapUsed - before.external) / readers.length;
    tell(
      `${readers.length} stalled readers of a session of 24 MB: ${shown(held)} each (heap ${shown(during.heapUsed - before.heapUsed)}, outside ${shown(during.external - before.external)}, RSS ${shown(during.rss - before.rss)})`,
    );
    expect(held).toBeLessThan(2 * megabyte);
    for (const raw of readers) raw.socket.destroy();
    const after = await settled();
    expect(after.heapUsed - before.heapUsed).toBeLessThan(6 * megabyte);
  }, 180_000);
});
