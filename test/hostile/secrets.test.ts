/** A whole interview at the most talkative log level, with everything failing that can: no secret and no word of it is written. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  drops,
  fails,
  hangsUp,
  says,
  sends,
  startScriptedChatServer,
  type ScriptedChatServer,
  type Step,
} from '../llm/scripted-chat-server.ts';
import { Client, rawFetch } from '../server/harness.ts';
import { rawExchange } from './raw-socket.ts';
import { Served } from './served.ts';

const accessKey = 'ACCESS-KEY-0123456789-abcdefghij';
const apiKey = 'sk-API-KEY-0123456789';
const reply = 'REPLY-WORDS: A is random and B is zero, so nothing changes at the start.';
const question = 'QUESTION-WORDS: how is LoRA initialised?';

/** Ways to fail that give back what they got, as real servers do. */
const failures: Step[] = [
  fails(401),
  fails(400),
  (response, { body }) =>
    void response.writeHead(422).end(JSON.stringify({ error: { message: body.messages.at(-1)?.content } })),
  sends(`not JSON: ${reply}`),
  sends(JSON.stringify({ choices: [{ message: { content: reply } }] })),
  says(`${reply} ${question}`),
  says(`{"verdicts": "${reply}"`),
  says(JSON.stringify({ findings: [{ quote: reply }] })),
  drops(question),
  hangsUp,
];

let model: ScriptedChatServer;
let served: Served;
beforeAll(async () => {
  model = await startScriptedChatServer();
  for (let round = 0; round < 20; round += 1) model.plays(...failures);
  served = await Served.start({
    VIVA_LOG_LEVEL: 'trace',
    VIVA_ACCESS_KEY: accessKey,
    OPENAI_BASE_URL: model.url,
    VIVA_MODEL: 'scripted',
    OPENAI_API_KEY: apiKey,
    VIVA_LLM_TIMEOUT_MS: '2000',
  });
}, 120_000);
afterAll(async () => {
  await served.stop();
  await model.close();
});

it('writes neither keys, tokens nor words to its log', async () => {
  const { port } = served;
  const headers = { 'x-viva-access-key': accessKey };
  const client = await Client.open(`ws://127.0.0.1:${port}/ws`, { headers });
  client.patienceMs = 60_000;
  const session = await client.create({ plan: { questions: 2 } });
  const { sessionId, token } = session;
  for (const intent of [
    'reply',
    'question',
    'hint',
    'reply',
    'explain',
    'dispute',
    'skip',
    'reply',
    'report',
    'end',
  ]) {
    await client.say(sessionId, intent === 'question' ? question : reply, { intent });
  }
  await client.say(sessionId, question);
  for (const wrong of ['WRONG-TOKEN', `${token.slice(0, -1)}!`]) {
    const id = client.send({ type: 'session.resume', sessionId, token: wrong, after: 0 });
    await client.error(id);
  }
  client.raw(`{"text":"${reply}", ${token}`);
  client.raw(
    JSON.stringify({ v: 1, type: 'message.send', id: 'x', sessionId, text: reply, token, secret: apiKey }),
  );
  client.send({ type: 'message.send', sessionId, text: `${reply}\0` });

  const bearer = { ...headers, authorization: `Bearer ${token}` };
  for (const path of ['report', 'export', 'export?format=markdown', 'nothing', `export?token=${token}`]) {
    await rawFetch(port, `/api/sessions/${sessionId}/${path}`, { headers: bearer });
  }
  await rawFetch(port, `/api/sessions/${sessionId}/export`, {
    headers: { ...headers, authorization: 'Bearer WRONG-TOKEN' },
  });
  await rawFetch(port, '/api/status', { headers: { 'x-viva-access-key': 'WRONG-KEY' } });
  await rawFetch(port, `/api/search?q=${encodeURIComponent(question)}`, { headers });
  await rawExchange(
    port,
    `GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nBad Header: ${accessKey}\r\n\r\n`,
  );
  const body = JSON.stringify({ key: accessKey });
  const granted = await rawExchange(
    port,
    `POST /api/access HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  const cookie = /viva_access=([^;]+)/.exec(granted)?.[1] ?? 'none';
  expect(cookie).toMatch(/^\d+\./);
  await rawFetch(port, '/api/status', { headers: { cookie: `viva_access=${cookie}` } });
  await rawFetch(port, `/api/sessions/${sessionId}`, { method: 'DELETE', headers: bearer });
  client.send({ type: 'message.send', sessionId, text: reply });
  await client.error();
  client.socket.close();
  await client.closeCode();

  // The model was asked, failed in every way, and the log tells of that.
  expect(model.requests.length).toBeGreaterThan(5);
  // Its last lines are still on their way through the pipe.
  await expect
    .poll(() => served.output.split('\n').length, { timeout: 10_000, interval: 50 })
    .toBeGreaterThan(15);
  expect(served.output).toContain('a turn had to do without');
  const secrets = [
    token,
    'WRONG-TOKEN',
    accessKey,
    'WRONG-KEY',
    cookie,
    apiKey,
    'REPLY-WORDS',
    'QUESTION-WORDS',
    'Bearer',
  ];
  expect(secrets.filter((one) => served.output.includes(one))).toEqual([]);
}, 120_000);
