import { afterEach, expect, it } from 'vitest';
import type { NewEvent } from '../../src/protocol.ts';
import { startServer, type TestServer } from './harness.ts';
import { asked } from './stub-engine.ts';

let test: TestServer;
afterEach(async () => test.stop());

const graded: NewEvent = {
  type: 'reply.graded',
  entryId: 'llm/language/05',
  replySeq: 4,
  scope: 'question',
  aided: false,
  grade: { state: 'graded', total: 6.5, verdicts: [], misconceptions: [], judge: 'stub' },
  feedback: 'SECRET feedback',
  lang: 'en',
};
const finish: NewEvent[] = [
  { type: 'interview.ended', reason: 'by-candidate' },
  {
    type: 'report.made',
    report: {
      lang: 'en',
      mean: 6.5,
      questions: [],
      byModule: [],
      weakest: [],
      readNext: [],
      text: '# Report',
    },
  },
];

it('a mock interview keeps its grades until the report, on every way out of the server', async () => {
  test = await startServer({
    script: {
      plan: () => [{ type: 'interview.planned', entryIds: ['llm/language/05'], request: {} }, asked],
      reply: ({ text }) => (text === 'end' ? finish : [graded]),
    },
  });
  const [client, watcher] = [await test.connect(), await test.connect()];
  const session = await client.create({ mode: 'mock', plan: {} });
  const { sessionId, token } = session;
  const headers = { authorization: `Bearer ${token}` };
  const exported = async (format: string) =>
    (await test.fetch(`/api/sessions/${sessionId}/export?format=${format}`, { headers })).text;

  await client.say(sessionId, 'my reply');
  await watcher.resume(session);
  await watcher.until((frame) => frame.type === 'event' && frame.event.seq === 5);
  const before =
    JSON.stringify([client.frames, watcher.frames]) + (await exported('json')) + (await exported('markdown'));
  expect(before).not.toMatch(/SECRET|"total":6\.5|6\.5 \/ 10/);
  expect(before).toContain('"reason":"mock"');
  expect((await test.fetch(`/api/sessions/${sessionId}/report`, { headers })).status).toBe(404);

  await client.say(sessionId, 'end');
  const from = client.frames.length;
  await client.resume(session, 0);
  const full = await client.until(
    (frame) => frame.type === 'event' && frame.event.type === 'reply.graded',
    from,
  );
  expect(full).toMatchObject({
    event: { feedback: 'SECRET feedback', grade: { total: 6.5, state: 'graded' } },
  });
  expect(await exported('json')).toContain('SECRET feedback');
  expect(await exported('markdown')).toContain('6.5 / 10');
  const report = await test.fetch(`/api/sessions/${sessionId}/report`, { headers });
  expect(report.json()).toMatchObject({ mean: 6.5, text: '# Report' });
});
