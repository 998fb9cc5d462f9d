/** `viva due` over a data folder with sessions of known ages. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { NewEvent } from '../../src/protocol.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { viva } from './run-viva.ts';

const day = 86_400_000;
let data: string;

function graded(keyPointId: string, value: 'covered' | 'missing'): NewEvent {
  const referenceSpan = { lang: 'zh' as const, start: 0, end: 1, text: '甲' };
  const replySpan = value === 'covered' ? { start: 0, end: 1, text: '甲' } : null;
  const verdict = {
    keyPointId,
    claim: `要点 ${keyPointId}`,
    weight: 2,
    value,
    confidence: 1,
    replySpan,
    referenceSpan,
  };
  return {
    type: 'reply.graded',
    entryId: 'llm/language/05',
    replySeq: 1,
    scope: 'question',
    aided: false,
    grade: {
      state: 'graded',
      total: value === 'covered' ? 10 : 0,
      verdicts: [verdict],
      misconceptions: [],
      judge: 'test',
    },
    feedback: '',
    lang: 'zh',
  };
}

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'viva-due-'));
  vi.stubEnv('VIVA_DATA', data);
  const now = Date.now();
  for (const [age, event] of [
    [60 * day, graded('long-missed', 'missing')],
    [0, graded('just-covered', 'covered')],
  ] as const) {
    const log = openSqliteEventLog({ file: join(data, 'viva.db'), now: () => now - age });
    await log.create(`session-${age}`, 'hash', [
      { type: 'session.created', lang: 'zh', mode: 'study' },
      event,
    ]);
    await log.close();
  }
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(data, { recursive: true });
});

describe('viva due', () => {
  it('lists the point missed long ago and not the one made just now', async () => {
    const { status, stdout, stderr } = await viva('due');
    expect(status).toBe(0);
    expect(stdout).toBe('  0%  要点 long-missed  (llm/language/05)\n');
    expect(stderr).toBe('due: 1 of 2 key points seen in 2 sessions are due\n');
  });

  it('is one JSON object for programs, no longer than asked', async () => {
    const found = JSON.parse((await viva('due', '--json', '--limit', '1')).stdout) as {
      points: number;
      due: unknown[];
    };
    expect(found.points).toBe(2);
    expect(found.due).toHaveLength(1);
  });
});
