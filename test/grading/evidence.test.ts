import { describe, expect, it } from 'vitest';
import { VivaEmbeddings } from '../../src/embedding/viva-embeddings.ts';
import { readClause } from '../../src/grading/clause-reading.ts';
import { evidenceNames, gatherEvidence } from '../../src/grading/evidence.ts';
import { teach } from '../../src/grading/teaching.ts';
import { material } from '../coach/fixtures.ts';

/** All texts lie in one direction: what is left is what the words say. */
class OneDirection extends VivaEmbeddings {
  override readonly id = 'one-direction';
  override readonly dims = 2;
  override async embed(texts: readonly string[]): Promise<Float32Array[]> {
    return texts.map(() => Float32Array.of(1, 0));
  }
  override async close(): Promise<void> {}
}

const recall = evidenceNames.touch.indexOf('weighted recall of the best right wording');

describe('evidence of words', () => {
  it('compares Chinese with English terms among it with the wordings of both languages', async () => {
    const [entry] = [...material.values()];
    const [point] = entry!.keyPoints;
    const statement = { label: 'covered', lang: 'en', text: 'gaussian noise starts the adapter' } as const;
    const teaching = await teach(
      { ...entry!, keyPoints: [{ ...point!, statements: [statement] }] },
      new OneDirection(),
    );
    const touchOf = (text: string) =>
      gatherEvidence(readClause(text, Float32Array.of(1, 0)), teaching.points.get(point!.id)!, teaching)
        .touch[recall]!;
    const mixed = touchOf('就是用 gaussian noise 去 starts 那个 adapter');
    expect(mixed).toBeGreaterThan(touchOf('就是用 gaussian 去启动那个适配器'));
    expect(mixed).toBeGreaterThan(touchOf('就是用高斯噪声去启动那个适配器') + 1);
  });
});

describe('evidence of numbers', () => {
  const clashOf = async (claim: string, reply: string) => {
    const [entry] = [...material.values()];
    const [point] = entry!.keyPoints;
    const statement = { label: 'covered', lang: 'en', text: 'the rank is 8, or 16 at most' } as const;
    const teaching = await teach(
      { ...entry!, keyPoints: [{ ...point!, en: claim, zh: `中文 ${claim}`, statements: [statement] }] },
      new OneDirection(),
    );
    const reading = readClause(reply, Float32Array.of(1, 0));
    return gatherEvidence(reading, teaching.points.get(point!.id)!, teaching).clash;
  };

  it.each([
    [
      'another number than the key point has',
      'about 1,500 steps of warm-up',
      'it takes 4000 steps of warm-up',
      'heart',
    ],
    ['another number than a wording has', 'the rank is small', 'the rank is 64, that is it', 'detail'],
    ['the number, rounded', 'about 1,500 steps of warm-up', 'it takes 1480 steps of warm-up', 'none'],
    ['no number', 'about 1,500 steps of warm-up', 'it takes some steps of warm-up', 'none'],
    ['the number of a list and of a name', 'about 1500 steps of warm-up', '7. GPT4 takes 1500 steps', 'none'],
  ])('%s', async (_, claim, reply, expected) => {
    expect(await clashOf(claim, reply)).toBe(expected);
  });
});
