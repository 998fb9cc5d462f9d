/** `viva grade` with a chat model in the settings. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { entryText } from '../corpus/entry-text.ts';
import { Bank } from '../ingest/bank.ts';
import {
  fails,
  says,
  startScriptedChatServer,
  type ScriptedChatServer,
} from '../llm/scripted-chat-server.ts';
import { viva } from './run-viva.ts';

let bank: Bank;
let server: ScriptedChatServer;
beforeEach(async () => {
  bank = new Bank();
  bank.write('vision/03-text.md', entryText({ id: 'vision/03' }));
  server = await startScriptedChatServer();
  vi.stubEnv('VIVA_CORPUS', bank.corpus);
  vi.stubEnv('VIVA_INDEX', bank.index);
  vi.stubEnv('OPENAI_BASE_URL', server.url);
  vi.stubEnv('VIVA_MODEL', 'scripted');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  bank.remove();
  await server.close();
});

describe('viva grade with a chat model', () => {
  it('asks it first', async () => {
    server.plays(says('{"keyPoints":[],"misconceptions":[]}'), says('not again'));
    const { status, stdout } = await viva('grade', 'vision/03', 'A 随机，B 为零', '--json');
    expect(status).toBe(0);
    expect(server.requests.length).toBeGreaterThan(0);
    expect(server.requests[0]!.body.messages[1]!.content).toContain('A 随机，B 为零');
    // Neither answer judges every key point, so the local judge stands in.
    expect(JSON.parse(stdout)).toMatchObject({ grade: { state: 'provisional' } });
  });

  it('is graded locally, and says so, while it is away', async () => {
    server.plays(fails(401));
    const { status, stderr } = await viva('grade', 'vision/03', 'A 随机，B 为零');
    expect(status).toBe(0);
    expect(stderr).toContain('graded locally: Chat model scripted refused the key');
  });
});
