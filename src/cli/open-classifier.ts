/** The intent model of the settings. */
import { join } from 'node:path';
import { RuledIntentClassifier } from '../coach/intent-classifier.ts';
import type { IntentClassifier } from '../coach/intent.ts';
import type { Config } from '../config.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { loadIntentModel } from '../engine/load-intent-model.ts';

/**
 * The intent classifier over the embeddings in use; with a foreign embedder it goes by words alone.
 * @throws VivaError `model-missing`, `model-corrupt`.
 */
export async function openClassifier(
  config: Config,
  embeddings: VivaEmbeddings,
  onFailure: (error: unknown) => void,
): Promise<IntentClassifier> {
  const model = await loadIntentModel(join(config.folders.models, 'intent'));
  return new RuledIntentClassifier({
    model,
    embeddings: embeddings.id === model.embedding ? embeddings : null,
    onFailure,
  });
}
