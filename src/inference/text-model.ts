/** A bundled model that maps texts to rows of numbers, on a thread of its own. */
import { Worker } from 'node:worker_threads';
import { VivaError } from '../errors.ts';
import type { TextModelManifest } from './manifest.ts';
import type { FromWorker, InferenceCounts, ToWorker, WorkerStart } from './messages.ts';

export interface TextModelOptions {
  /** The folder with `model.onnx` and `tokenizer.json`. */
  readonly dir: string;
  readonly manifest: TextModelManifest;
  /** Threads inside one operation. Default 1. More than the free cores makes everything slower. */
  readonly threads?: number;
}

/** A slice of a call: what is copied to the worker at once. Small, so that copying never holds up the event loop. */
const SLICE_TEXTS = 32;
const SLICE_CHARACTERS = 32_768;
/** Slices of one call under way at once: enough that the worker never waits. */
const SLICES_AHEAD = 2;

interface Pending {
  readonly resolve: (rows: Float32Array[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts the worker from the compiled file, or, when this file runs as TypeScript (tests, tsx), through tsx: a thread does
 * not inherit a loader.
 */
function startWorker(workerData: WorkerStart, name: string): Worker {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) return new Worker(new URL('./worker.js', here), { workerData, name });
  const bootstrap = `
    import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};
    register();
    await import(${JSON.stringify(new URL('./worker.ts', here).href)});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(bootstrap)}`), { workerData, name });
}

function aborted(reason: unknown): VivaError {
  return new VivaError('aborted', 'The call was given up before it was done.', { cause: reason });
}

/** Cuts a list of texts where either limit of a slice is reached. */
function* slices(texts: readonly string[]): Generator<{ start: number; texts: string[] }> {
  let slice: string[] = [];
  let characters = 0;
  let start = 0;
  for (const text of texts) {
    if (slice.length > 0 && (slice.length >= SLICE_TEXTS || characters + text.length > SLICE_CHARACTERS)) {
      yield { start, texts: slice };
      start += slice.length;
      slice = [];
      characters = 0;
    }
    slice.push(text);
    characters += text.length;
  }
  if (slice.length > 0) yield { start, texts: slice };
}

/**
 * Loads with `TextModel.load`, runs with `run`, ends with `close`. Calls made at the same time share batches. An idle
 * model does not keep the process alive.
 */
export class TextModel {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #counts: InferenceCounts = { batches: 0, rows: 0, sharedBatches: 0 };
  #nextJob = 0;
  #ended: VivaError | undefined;
  #closing: Promise<void> | undefined;
  readonly #ready: Promise<void>;
  #markReady: (() => void) | undefined;
  #markFailed: ((error: VivaError) => void) | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#ready = new Promise((resolve, reject) => {
      this.#markReady = resolve;
      this.#markFailed = reject;
    });
    worker.on('message', (message: FromWorker) => {
      this.#receive(message);
    });
    worker.on('error', (error) => {
      this.#end(new VivaError('internal', `The inference thread failed: ${String(error)}`, { cause: error }));
    });
    worker.on('exit', (code) => {
      this.#end(new VivaError('internal', `The inference thread ended with code ${code}.`));
    });
  }

  /**
   * Starts the thread and resolves once files are checked and the session is ready (about 0.3 s).
   * @throws VivaError `model-missing`, `model-corrupt`, or `internal` when the thread cannot start.
   */
  static async load(options: TextModelOptions): Promise<TextModel> {
    const start: WorkerStart = {
      dir: options.dir,
      manifest: options.manifest,
      threads: options.threads ?? 1,
    };
    const worker = startWorker(start, `viva ${options.manifest.id}`);
    const model = new TextModel(worker);
    await model.#ready;
    worker.unref();
    return model;
  }

  /** As of the last call that was done. */
  get counts(): InferenceCounts {
    return this.#counts;
  }

  /**
   * The model's output row for each text, in order; texts longer than the model takes are cut at the end.
   * @throws VivaError `aborted` as soon as `signal` is, or when the model is closed meanwhile; `internal` when it failed.
   */
  async run(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    if (signal?.aborted) throw aborted(signal.reason);
    const rows: Float32Array[] = Array.from({ length: texts.length });
    const source = slices(texts);
    const lane = async (): Promise<void> => {
      for (const slice of source) {
        // oxlint-disable-next-line no-await-in-loop -- lanes bound how much is under way
        for (const [index, row] of (await this.#runSlice(slice.texts, signal)).entries())
          rows[slice.start + index] = row;
      }
    };
    await Promise.all(Array.from({ length: SLICES_AHEAD }, lane));
    return rows;
  }

  /** Ends the thread; calls under way fail with `aborted`. Resolves when it is gone. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const running = this.#ended === undefined;
    this.#end(new VivaError('aborted', 'The model was closed.'));
    if (!running) return;
    const exit = new Promise<void>((resolve) => {
      this.#worker.once('exit', () => {
        resolve();
      });
    });
    this.#worker.ref();
    this.#post({ type: 'close' });
    await exit;
  }

  #post(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    this.#worker.postMessage(message);
  }

  #runSlice(texts: readonly string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (signal?.aborted) return Promise.reject(aborted(signal.reason));
    const job = this.#nextJob++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#settle(job)?.reject(aborted(signal?.reason));
        this.#post({ type: 'cancel', job });
      };
      const forget = (): void => {
        signal?.removeEventListener('abort', onAbort);
      };
      this.#pending.set(job, {
        resolve: (rows) => {
          forget();
          resolve(rows);
        },
        reject: (error) => {
          forget();
          reject(error);
        },
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#worker.ref();
      this.#post({ type: 'run', job, texts });
    });
  }

  /** Takes a job off the list; the last one lets the process end. */
  #settle(job: number): Pending | undefined {
    const pending = this.#pending.get(job);
    // A cancelled job's late answer finds nothing, and must not undo what `close` holds on to.
    if (this.#pending.delete(job) && this.#pending.size === 0) this.#worker.unref();
    return pending;
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.#markReady?.();
        break;
      case 'failed':
        this.#end(new VivaError(message.code, message.message));
        break;
      case 'done': {
        const { values, width } = message;
        this.#counts = message.counts;
        const rows = Array.from({ length: values.length / width }, (_, row) =>
          values.subarray(row * width, (row + 1) * width),
        );
        this.#settle(message.job)?.resolve(rows);
        break;
      }
      case 'error':
        this.#settle(message.job)?.reject(new VivaError('internal', `The model failed: ${message.message}`));
        break;
    }
  }

  #end(reason: VivaError): void {
    this.#ended ??= reason;
    this.#markFailed?.(reason);
    for (const job of this.#pending.keys()) this.#settle(job)?.reject(this.#ended);
  }
}
