/** The embedding model of the settings, and where its vectors are kept. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { BundledEmbeddings } from '../embedding/bundled.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { VivaError } from '../errors.ts';
import { indexLayout } from '../retrieval/manifest.ts';

/** The model that the settings name, without any cache around it. */
export async function openEmbeddings(config: Config): Promise<VivaEmbeddings> {
  const { provider, url, model, apiKey, dims, batchSize, threads } = config.embedding;
  if (provider === 'openai-compatible') {
    if (url === undefined || model === undefined) {
      throw new VivaError(
        'config-invalid',
        'VIVA_EMBEDDING_URL and VIVA_EMBEDDING_MODEL are not set: set both.',
      );
    }
    // Loaded when needed: the client library takes 80 MB of memory.
    const { OpenAiCompatibleEmbeddings } = await import('../embedding/openai-compatible.ts');
    return OpenAiCompatibleEmbeddings.connect({ url, model, apiKey, dims, batchSize });
  }
  return BundledEmbeddings.load({
    dir: join(config.folders.models, 'embedding'),
    threads,
  });
}

/** Where a model's vectors are kept. The bundled model's file is in git; another model must not overwrite it. */
export function cacheFileOf(config: Config, modelId: string): string {
  if (config.embedding.provider === 'bundled') return join(config.folders.index, indexLayout.embeddings);
  const hash = createHash('sha256').update(modelId).digest('hex').slice(0, 8);
  return join(config.folders.index, indexLayout.embeddings.replace('.bin', `-${hash}.bin`));
}
