import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cardFiles, checkCard, readMeasured } from '../../src/cli/eval-card.ts';
import { packageRoot } from '../../src/config.ts';
import { trustCardMarkdown } from '../../src/eval/trust-card-markdown.ts';
import type { TrustCard } from '../../src/eval/trust-card.ts';

const stored = (file: string) => readFileSync(join(packageRoot, file), 'utf8');

describe('the trust card', () => {
  it('is not older than the judge, its model, the test replies and their entries', async () => {
    const { fingerprint } = await readMeasured();
    expect(await checkCard(fingerprint)).toBeNull();
  });

  it('says the same in docs/ and in the page', () => {
    const card = JSON.parse(stored(cardFiles.json)) as TrustCard;
    expect(stored(cardFiles.markdown)).toBe(trustCardMarkdown(card));
  });
});
