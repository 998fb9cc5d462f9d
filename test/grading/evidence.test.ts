import { describe, expect, it } from 'vitest';
import { VivaEmbeddings } from '../../src/embedding/viva-embeddings.ts';
import { evidenceNames, gatherEvidence, readClause } from '../../src/grading/evidence.ts';
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
