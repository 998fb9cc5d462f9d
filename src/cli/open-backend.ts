/** Everything behind the server, opened from the settings. */
import { createHash, randomUUID } from 'node:crypto';
import type { Material } from '../coach/effects.ts';
import type { Config } from '../config.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { VivaError } from '../errors.ts';
import type { InferenceCounts } from '../inference/messages.ts';
import type { Retriever } from '../retrieval/retriever.ts';
import type { EventLog } from '../sessions/event-log.ts';
import { TalkCounts, type OnTalk, type TalkList } from '../talk/outcomes.ts';
import type { ModelUsage } from '../llm/chat-model.ts';
import type { ModelDesk } from '../llm/model-desk.ts';
import type { ModelSettingsStore } from '../llm/model-settings.ts';
import type { ModelCall } from '../llm/steady-chat-model.ts';
import { createModelParts } from './model-parts.ts';
import { openModels, withModelScope } from './open-models.ts';
import { openClassifier } from './open-classifier.ts';
import { openRetrieval } from './open-retrieval.ts';

export interface Backend {
  readonly engine: Engine;
  readonly retriever: Retriever;
  readonly entries: () => Material;
  /** Who grades: an id of a local judge or of a chat model. */
  readonly judge: string;
  readonly chatModel: string | null;
  /** The chat model in use, which may be exchanged. */
  readonly models: ModelDesk;
  /** Null without a `modelFolder`. */
  readonly modelSettings: ModelSettingsStore | null;
  /** The embedder's id. */
  readonly embeddings: string;
  /** How vectors are searched, like "exact". */
  readonly vectorStore: string;
  readonly warnings: readonly string[];
  /** What the bundled model has done; null for another one. */
  inference(): InferenceCounts | null;
  /** What the chat model was asked to word or to decide, and what came of it. */
  talk(): TalkList;
  close(): Promise<void>;
}

export interface OpenBackendOptions {
  readonly log: EventLog;
  /** Told what takes time, and what went wrong without stopping anything. */
  readonly say: (message: string) => void;
  readonly onFailure: (error: unknown, doing: string) => void;
  /** Where the page's chat model and the tokens of a day are kept; default: there are none. */
  readonly modelFolder?: string;
  readonly onModelCall?: (call: ModelCall) => void;
  readonly onModelUsage?: (usage: ModelUsage) => void;
}

/**
 * Opens models, index, material and engine; makes the index when there is none.
 * @throws VivaError `corpus-missing`, `corpus-invalid`, `model-missing`, `model-corrupt`, `index-corrupt`, …
 */
export async function openBackend(config: Config, options: OpenBackendOptions): Promise<Backend> {
  const readMaterial = async () => {
    const { entries, problems } = await loadCorpus(config.folders.corpus);
    return { material: new Map(entries.map((entry) => [entry.id, entry])) as Material, problems };
  };
  let corpus = await readMaterial();
  if (corpus.material.size === 0) {
    throw new VivaError(
      'corpus-invalid',
      `No entry can be read in ${config.folders.corpus}: run \`viva corpus lint\`, or set VIVA_CORPUS to another folder.`,
    );
  }
  const entries = () => corpus.material;
  const retrieval = await openRetrieval(config, { ingest: true, log: options.say });
  try {
    const { embeddings, retriever, handle } = retrieval;
    // A newer index was made of newer entries. Running sessions go on with whatever their questions have become.
    handle.onReplaced(() => {
      readMaterial().then(
        (read) => (corpus = read),
        (error: unknown) => options.onFailure(error, 'reload'),
      );
    });
    const talkCounts = new TalkCounts();
    const onTalk: OnTalk = (deed, outcome, error) => {
      talkCounts.count(deed, outcome);
      if (error !== undefined) options.onFailure(error, deed);
    };
    const recogniser = await openClassifier(config, embeddings, (error) =>
      options.onFailure(error, 'classify'),
    );
    const { desk: models, settings: modelSettings } = await openModels(config, options);
    const assemble = () =>
      createModelParts(models.model, {
        retrieval,
        entries,
        recogniser,
        onTalk,
        onFailure: options.onFailure,
      });
    let parts = assemble();
    models.onChange(() => (parts = assemble()));
    const engine = createEngine({
      log: options.log,
      // Read anew for every effect, so that the chat model may be exchanged.
      get grader() {
        return parts.grader;
      },
      get refiner() {
        return parts.refiner;
      },
      refineWithinMs: config.modelUse.waitMs,
      get appeals() {
        return parts.appeals;
      },
      get answerer() {
        return parts.answerer;
      },
      get phraser() {
        return parts.phraser;
      },
      get talkCheck() {
        return parts.talkCheck;
      },
      get classifier() {
        return parts.classifier;
      },
      retriever,
      onTalk,
      entries,
      newId: randomUUID,
      seedOf: (sessionId) => createHash('sha256').update(sessionId).digest().readUInt32BE(0),
      onFailure: options.onFailure,
    });
    return {
      engine: withModelScope(engine),
      retriever,
      entries,
      models,
      modelSettings,
      get judge() {
        return parts.refiner?.id ?? parts.grader.id;
      },
      get chatModel() {
        return models.model?.id ?? null;
      },
      embeddings: embeddings.id,
      vectorStore: handle.current.vectors.neighbours.kind,
      get warnings() {
        const { length } = corpus.problems;
        return length === 0 ? [] : [`${length} problems in the corpus: run \`viva corpus lint\`.`];
      },
      inference: () => retrieval.inference(),
      talk: () => talkCounts.list(),
      close: async () => {
        await models.close();
        await retrieval.close();
      },
    };
  } catch (error) {
    await retrieval.close();
    throw error;
  }
}
