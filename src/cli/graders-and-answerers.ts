/** Who grades and who answers: the chat model of the settings with the local ones behind it, or the local ones alone. */
import type { Answerer } from '../answering/answerer.ts';
import { LocalAnswerer } from '../answering/local-answerer.ts';
import type { Material } from '../answering/material-words.ts';
import { ModelAnswerer } from '../answering/model-answerer.ts';
import type { Config } from '../config.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { VectorCache } from '../embedding/cache.ts';
import { CachingEmbeddings } from '../embedding/caching-embeddings.ts';
import { RecentEmbeddings } from '../embedding/recent-embeddings.ts';
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import { createLocalGrader } from '../grading/create-local-grader.ts';
import type { Grader, Refiner } from '../grading/grader.ts';
import { controlsFor } from '../grading/controls.ts';
import { ModelGrader } from '../grading/model-grader.ts';
import { RefinedGrader } from '../grading/refined-grader.ts';
import type { ChatModel } from '../llm/chat-model.ts';
import { cacheFileOf, openEmbeddings } from './open-embeddings.ts';
import { openRetrieval, type OpenRetrieval, type OpenRetrievalOptions } from './open-retrieval.ts';

/** Told when the chat model failed and the local way was taken. */
type OnFallback = (error: unknown) => void;

export interface Graders {
  /** Both judges in one where there is a chat model, else the local one. */
  readonly grader: Grader;
  readonly local: Grader;
  /** null without a chat model. */
  readonly refiner: Refiner | null;
  /** For appeals: the local judge, which did not write a chat model's verdicts. */
  readonly appealGrader: Grader;
}

/** The chat model of the settings, or null. Its library (80 MB in memory) is loaded only when there is one. */
export async function openChatModel(config: Config): Promise<ChatModel | null> {
  if (!config.llm) return null;
  const { OpenAiChatModel } = await import('../llm/openai-chat-model.ts');
  return new OpenAiChatModel(config.llm);
}

export function createGraders(
  model: ChatModel | null,
  embeddings: VivaEmbeddings,
  onFallback?: OnFallback,
): Graders {
  const local = createLocalGrader(embeddings);
  if (!model) return { grader: local, local, refiner: null, appealGrader: local };
  const refiner = new ModelGrader({
    model,
    embeddings,
    controls: (reply, lang) => controlsFor(reply, lang, Math.random),
  });
  const onFailure = onFallback ? { onFailure: onFallback } : {};
  return { grader: new RefinedGrader({ local, refiner, ...onFailure }), local, refiner, appealGrader: local };
}

export function createAnswerer(
  model: ChatModel | null,
  { retriever, embeddings, tokenizer }: Pick<OpenRetrieval, 'retriever' | 'embeddings' | 'tokenizer'>,
  material: () => Material,
  onFallback?: OnFallback,
): Answerer {
  const local = new LocalAnswerer({
    retriever,
    embeddings,
    material,
    terms: (text) => tokenizer.terms(text),
  });
  if (!model) return local;
  return new ModelAnswerer({
    model,
    local,
    embeddings,
    retriever,
    ...(onFallback ? { onFallback } : {}),
  });
}

/**
 * Opens the model, its cache and the local grader; needs no index.
 * @throws VivaError `model-missing`, `model-corrupt`, `index-corrupt` (the cache).
 */
export async function openGrading(
  config: Config,
): Promise<{ readonly grader: Grader; readonly embeddings: VivaEmbeddings; close(): Promise<void> }> {
  const model = await openEmbeddings(config);
  try {
    const cache = await VectorCache.open(cacheFileOf(config, model.id), model);
    const embeddings = new RecentEmbeddings(new CachingEmbeddings(model, { cache }));
    return { grader: createLocalGrader(embeddings), embeddings, close: async () => model.close() };
  } catch (error) {
    await model.close();
    throw error;
  }
}

export interface OpenAnswering {
  readonly answerer: Answerer;
  close(): Promise<void>;
}

/**
 * Opens material, index and answerer.
 * @throws VivaError as `openRetrieval`, and `corpus-missing`.
 */
export async function openAnswering(
  config: Config,
  options: OpenRetrievalOptions & { readonly onFallback?: OnFallback } = {},
): Promise<OpenAnswering> {
  const { entries } = await loadCorpus(config.folders.corpus);
  const material: Material = new Map(entries.map((entry) => [entry.id, entry]));
  const retrieval = await openRetrieval(config, options);
  return {
    answerer: createAnswerer(await openChatModel(config), retrieval, () => material, options.onFallback),
    close: () => retrieval.close(),
  };
}
