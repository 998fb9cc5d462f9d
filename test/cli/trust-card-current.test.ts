import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { cardFiles, checkCard, readMeasured } from '../../src/cli/eval-card.ts';
import { packageRoot } from '../../src/config.ts';
import { trustCardMarkdown } from '../../src/eval/trust-card-markdown.ts';
import type { TrustCard } from '../../src/eval/trust-card.ts';
import type { TrustFingerprint } from '../../src/eval/trust-fingerprint.ts';
import { viva } from './run-viva.ts';

const stored = (file: string) => readFileSync(join(packageRoot, file), 'utf8');

describe('the trust card', () => {
  let now: TrustFingerprint;

  beforeAll(async () => {
    now = (await readMeasured()).fingerprint;
  });

  afterEach(() => vi.unstubAllEnvs());

  it('is not older than the judge, its model, the test replies and their entries', async () => {
    expect(await checkCard(now)).toBeNull();
  });

  it('says the same in docs/ and in the page', () => {
    const card = JSON.parse(stored(cardFiles.json)) as TrustCard;
    expect(stored(cardFiles.markdown)).toBe(trustCardMarkdown(card));
  });

  it('when it is older, says of what, and what to run', async () => {
    const [id = ''] = Object.keys(now.entries);
    const said = await checkCard({
      ...now,
      judge: '0'.repeat(16),
      entries: { ...now.entries, [id]: '0'.repeat(16) },
    });
    expect(said).toContain('the local judge (src/grading) is another');
    expect(said).toContain(`entries with test replies changed: ${id}. `);
    expect(said).toContain('Run: npx viva eval card --write');
  });

  it('is looked at by a command', async () => {
    expect(await viva('eval', 'card', '--check')).toEqual({
      status: 0,
      stdout: 'docs/trust-card.md is up to date\n',
      stderr: '',
    });
  });

  it('is of the bundled model alone', async () => {
    vi.stubEnv('VIVA_EMBEDDING', 'openai-compatible');
    vi.stubEnv('VIVA_EMBEDDING_URL', 'http://127.0.0.1:9');
    vi.stubEnv('VIVA_EMBEDDING_MODEL', 'm');
    vi.stubEnv('VIVA_EMBEDDING_DIMS', '4');
    const { status, stdout, stderr } = await viva('eval', 'card');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('unset VIVA_EMBEDDING');
  });
});
