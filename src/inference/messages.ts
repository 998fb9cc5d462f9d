/** What the main thread and the inference worker say to each other. */
import type { ErrorCode } from '../errors.ts';
import type { TextModelManifest } from './manifest.ts';

/** Handed to the worker when it starts. */
export interface WorkerStart {
  readonly dir: string;
  readonly manifest: TextModelManifest;
  readonly threads: number;
}

export type ToWorker =
  | { readonly type: 'run'; readonly job: number; readonly texts: readonly string[] }
  | { readonly type: 'cancel'; readonly job: number }
  | { readonly type: 'close' };

/** What a model has done since it was loaded. */
export interface InferenceCounts {
  readonly batches: number;
  /** Texts; divided by the batches, how many went through the model together. */
  readonly rows: number;
  /** Batches with texts of more than one call, as when several sessions are at work. */
  readonly sharedBatches: number;
}

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string }
  | {
      readonly type: 'done';
      readonly job: number;
      /** One row of `width` numbers per text, in the order of the texts. */
      readonly values: Float32Array<ArrayBuffer>;
      readonly width: number;
      readonly tokens: number;
      readonly counts: InferenceCounts;
    }
  | { readonly type: 'error'; readonly job: number; readonly message: string };
