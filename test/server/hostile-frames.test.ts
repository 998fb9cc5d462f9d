/** What broken and hostile clients send, over real sockets: the exact refusal, and no crash. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../src/protocol.ts';
import { startServer, type Client, type TestServer } from './harness.ts';

let test: TestServer;
let client: Client;
beforeEach(async () => {
  test = await startServer();
  client = await test.connect();
});
afterEach(async () => test.stop());

/** The server lives, and serves others. */
async function stillServes(): Promise<void> {
  const other = await test.connect();
  const { sessionId } = await other.create();
  await other.say(sessionId, 'still here');
}

describe('frames that are none', () => {
  const cases: [name: string, frame: string | Buffer, code: string][] = [
    ['not JSON', 'hello', 'frame-invalid'],
    ['half JSON', '{"type":"session.create","v":1', 'frame-invalid'],
    ['empty', '', 'frame-invalid'],
    ['a number', '7', 'frame-invalid'],
    ['null', 'null', 'frame-invalid'],
    ['a list', '[]', 'frame-invalid'],
    ['a deep list', '['.repeat(50_000), 'frame-invalid'],
    ['a deep list that closes', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'frame-invalid'],
    ['an empty object', '{}', 'frame-invalid'],
    ['an unknown type', '{"type":"session.steal","v":1,"id":"a"}', 'frame-invalid'],
    ['a type of the server', '{"type":"event","v":1,"id":"a","sessionId":"x"}', 'frame-invalid'],
    ['a type from the prototype', '{"type":"__proto__","v":1,"id":"a"}', 'frame-invalid'],
    [
      'a polluting key',
      '{"type":"session.create","v":1,"id":"a","lang":"en","__proto__":{"x":1}}',
      'frame-invalid',
    ],
    [
      'an unknown field',
      '{"type":"session.create","v":1,"id":"a","lang":"en","admin":true}',
      'frame-invalid',
    ],
    ['no version', '{"type":"session.create","id":"a","lang":"en"}', 'frame-invalid'],
    ['a version as text', '{"type":"session.create","v":"1","id":"a","lang":"en"}', 'frame-invalid'],
    ['an older version', '{"type":"session.create","v":0,"id":"a","lang":"en"}', 'protocol-version'],
    ['a newer version', '{"type":"session.create","v":2,"id":"a","lang":"en","more":{}}', 'protocol-version'],
    ['a bad id', '{"type":"session.create","v":1,"id":"<script>","lang":"en"}', 'frame-invalid'],
    [
      'an endless id',
      `{"type":"session.create","v":1,"id":"${'x'.repeat(65)}","lang":"en"}`,
      'frame-invalid',
    ],
    ['a language nobody speaks', '{"type":"session.create","v":1,"id":"a","lang":"xx"}', 'frame-invalid'],
    [
      'a plan for a thousand questions',
      '{"type":"session.create","v":1,"id":"a","lang":"en","plan":{"questions":1000}}',
      'frame-invalid',
    ],
    [
      'a negative position',
      '{"type":"session.resume","v":1,"id":"a","sessionId":"s","token":"t","after":-1}',
      'frame-invalid',
    ],
    [
      'a position that is no number',
      '{"type":"session.resume","v":1,"id":"a","sessionId":"s","token":"t","after":1e999}',
      'frame-invalid',
    ],
    [
      'an endless session id',
      `{"type":"session.resume","v":1,"id":"a","sessionId":"${'s'.repeat(65)}","token":"t","after":0}`,
      'frame-invalid',
    ],
    ['a binary frame', Buffer.from('{"type":"session.create","v":1,"id":"a","lang":"en"}'), 'frame-invalid'],
    ['a binary frame of noise', Buffer.from([0, 255, 254, 0]), 'frame-invalid'],
  ];
  it.each(cases)('%s', async (_name, frame, code) => {
    client.raw(frame);
    const error = await client.error();
    expect(error.code).toBe(code);
    expect(error.retryable).toBe(false);
    expect(test.engine.calls).toEqual([]);
    await client.create();
  });

  it('names the refused frame by its id when it can be read', async () => {
    client.raw('{"type":"session.create","v":9,"id":"mine"}');
    expect((await client.next('error')).id).toBe('mine');
    client.raw('{"type":"nonsense","v":1,"id":"mine.2"}');
    await client.error('mine.2');
  });

  it('does not echo what was sent', async () => {
    client.raw('{"type":"session.create","v":1,"id":"a","lang":"SECRET-LANG","SECRET-FIELD":1}');
    expect(JSON.stringify(await client.error('a'))).not.toContain('SECRET');
  });

  it('invalid UTF-8 ends the connection (1007) and no other', async () => {
    client.socket.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect(await client.closeCode()).toBe(1007);
    await stillServes();
  });

  it('a broken WebSocket frame ends the connection (1002) and no other', async () => {
    const { socket } = client as unknown as { socket: { _socket: { write: (bytes: Buffer) => void } } };
    socket._socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    expect(await client.closeCode()).toBe(1002);
    await stillServes();
  });

  it('a connection that breaks off in the middle harms nobody', async () => {
    client.raw(JSON.stringify({ type: 'session.create', v: 1, id: 'a', lang: 'en', plan: {} }));
    client.socket.terminate();
    await stillServes();
  });
});

describe('frames that are too large', () => {
  it('says payload-too-large and closes (1009) above the limit', async () => {
    client.raw(
      JSON.stringify({ type: 'message.send', v: 1, id: 'a', sessionId: 's', text: 'x'.repeat(1_000_000) }),
    );
    expect((await client.error()).code).toBe('payload-too-large');
    expect(await client.closeCode()).toBe(1009);
    await stillServes();
  });

  it('closes (1009) without reading what is larger still', async () => {
    client.raw('x'.repeat(3_000_000));
    expect(await client.closeCode()).toBe(1009);
    await stillServes();
  });

  it('says payload-too-large for a message of too many characters, and keeps the connection', async () => {
    const { sessionId } = await client.create();
    const text = 'x'.repeat(limits.messageChars + 1);
    const id = client.send({ type: 'message.send', sessionId, text });
    expect((await client.error(id)).code).toBe('payload-too-large');
    await client.say(sessionId, '长'.repeat(limits.messageChars));
  });
});

describe('texts that are odd', () => {
  const kept: [name: string, text: string][] = [
    ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
    ['right-to-left marks', 'abc \u202e\u2066 txt.exe \u200f'],
    ['line separators', 'one\u2028two\u2029three\r\nfour'],
    ['emoji and combined characters', '👩‍🔬 é ﷽ 𠮷'],
    ['SQL', `'); DROP TABLE events; --`],
    ['a template', '${process.env.HOME} {{7*7}} %s %n'],
    ['JSON in JSON', '{"type":"session.resume"}'],
    ['nothing', ''],
  ];
  it.each(kept)('%s is stored and comes back as it was', async (_name, text) => {
    const { sessionId } = await client.create();
    await client.say(sessionId, text);
    const event = await client.until(
      (frame) => frame.type === 'event' && frame.event.type === 'message.received',
    );
    expect(event).toMatchObject({ event: { text } });
    expect((await test.log.read(sessionId))[1]).toMatchObject({ text });
  });

  it.each([
    ['a NUL', 'a\u0000b'],
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate', '\udc00'],
  ])('%s is refused, and nothing is stored', async (_name, text) => {
    const { sessionId } = await client.create();
    const id = client.send({ type: 'message.send', sessionId, text });
    expect((await client.error(id)).code).toBe('frame-invalid');
    expect(await test.log.read(sessionId)).toHaveLength(1);
  });
});
