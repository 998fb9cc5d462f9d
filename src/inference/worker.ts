/**
 * The thread that owns one model: it checks the files, splits texts into tokens, and runs the session batch by batch.
 * The session blocks its thread while it computes, hence a thread of its own. Between batches it reads its messages, so
 * a cancelled job costs one batch at most and a short job overtakes a long one.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { setImmediate } from 'node:timers/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf, VivaError } from '../errors.ts';
import { takeBatch, type BatchLimits, type Job, type Row } from './batching.ts';
import { readModelFile } from './manifest.ts';
import type { FromWorker, InferenceCounts, ToWorker, WorkerStart } from './messages.ts';
import { TextEncoder } from './text-encoder.ts';

/**
 * Measured on a CPU: a row of 64 tokens costs as much a token as eight of them, and a row of 16 an eighth more than eight of
 * them. So batches only pay for short texts, and only while hardly anything is padded.
 */
const LIMITS: BatchLimits = { rows: 16, tokens: 128, padding: 0.05 };

interface WorkerRow extends Row {
  readonly job: WorkerJob;
  readonly index: number;
}

interface WorkerJob extends Job<WorkerRow> {
  readonly id: number;
  readonly rows: number;
  readonly tokens: number;
  done: number;
  values: Float32Array<ArrayBuffer>;
}

if (parentPort === null) throw new Error('src/inference/worker is a thread, not a program.');
const port = parentPort;

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** Rows of ids, padded to the longest, as the session's two inputs. */
function toFeeds(batch: readonly Row[], padId: number): Record<'input_ids' | 'attention_mask', Tensor> {
  const length = Math.max(...batch.map((row) => row.tokens.length));
  const ids = new BigInt64Array(batch.length * length).fill(BigInt(padId));
  const mask = new BigInt64Array(batch.length * length);
  for (const [index, row] of batch.entries()) {
    for (const [at, token] of row.tokens.entries()) ids[index * length + at] = BigInt(token);
    mask.fill(1n, index * length, index * length + row.tokens.length);
  }
  const shape = [batch.length, length];
  return { input_ids: new Tensor('int64', ids, shape), attention_mask: new Tensor('int64', mask, shape) };
}

class Engine {
  readonly #session: InferenceSession;
  readonly #encoder: TextEncoder;
  readonly #padId: number;
  readonly #output: string;
  readonly #jobs = new Map<number, WorkerJob>();
  #turn = 0;
  #counts: InferenceCounts = { batches: 0, rows: 0, sharedBatches: 0 };
  #running = false;

  private constructor(session: InferenceSession, encoder: TextEncoder, padId: number) {
    const [output] = session.outputNames;
    if (output === undefined) throw new VivaError('model-corrupt', 'The model has no output.');
    this.#session = session;
    this.#encoder = encoder;
    this.#padId = padId;
    this.#output = output;
  }

  static async load(start: WorkerStart): Promise<Engine> {
    const { dir, manifest, threads } = start;
    const tokenizer = await readModelFile(dir, manifest, 'tokenizer.json');
    const model = await readModelFile(dir, manifest, 'model.onnx');
    const encoder = new TextEncoder(JSON.parse(tokenizer.toString('utf8')) as object, manifest);
    const session = await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Threads that spin while they wait take the processor from the rest of the server.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return new Engine(session, encoder, manifest.padId);
  }

  add(id: number, texts: readonly string[]): void {
    const encoded = texts.map((text) => this.#encoder.encode(text));
    const job: WorkerJob = {
      id,
      rows: texts.length,
      tokens: encoded.reduce((sum, tokens) => sum + tokens.length, 0),
      done: 0,
      values: new Float32Array(0),
      waiting: [],
    };
    job.waiting.push(
      ...encoded
        .map((tokens, index): WorkerRow => ({ job, index, tokens }))
        .sort((a, b) => a.tokens.length - b.tokens.length),
    );
    this.#jobs.set(id, job);
    if (!this.#running) void this.#run();
  }

  cancel(id: number): void {
    this.#jobs.delete(id);
  }

  async close(): Promise<void> {
    this.#jobs.clear();
    await this.#session.release();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#jobs.size > 0) {
      const batch = takeBatch([...this.#jobs.values()], LIMITS, this.#turn++);
      try {
        // oxlint-disable-next-line no-await-in-loop -- one batch at a time is the point
        await this.#compute(batch);
      } catch (error) {
        for (const { job } of batch) {
          if (this.#jobs.delete(job.id)) send({ type: 'error', job: job.id, message: messageOf(error) });
        }
      }
      // Lets cancellations and short jobs in.
      // oxlint-disable-next-line no-await-in-loop
      await setImmediate();
    }
    this.#running = false;
  }

  #count(batch: readonly WorkerRow[]): void {
    const { batches, rows, sharedBatches } = this.#counts;
    const shared = batch.some(({ job }) => job !== batch[0]?.job);
    this.#counts = {
      batches: batches + 1,
      rows: rows + batch.length,
      sharedBatches: sharedBatches + Number(shared),
    };
  }

  async #compute(batch: readonly WorkerRow[]): Promise<void> {
    const outputs = await this.#session.run(toFeeds(batch, this.#padId));
    const output = outputs[this.#output];
    this.#count(batch);
    if (output === undefined || !(output.data instanceof Float32Array))
      throw new Error('the output is not float32');
    const width = output.data.length / batch.length;
    for (const [at, { job, index }] of batch.entries()) {
      if (!this.#jobs.has(job.id)) continue;
      if (job.values.length === 0) job.values = new Float32Array(job.rows * width);
      job.values.set(output.data.subarray(at * width, (at + 1) * width), index * width);
      job.done += 1;
      if (job.done === job.rows) {
        this.#jobs.delete(job.id);
        const { id, values, tokens } = job;
        send({ type: 'done', job: id, values, width, tokens, counts: this.#counts }, [values.buffer]);
      }
    }
  }
}

async function main(): Promise<void> {
  let engine: Engine;
  try {
    engine = await Engine.load(workerData as WorkerStart);
  } catch (error) {
    const code = error instanceof VivaError ? error.code : 'model-corrupt';
    const message =
      error instanceof VivaError
        ? error.message
        : `The model in ${(workerData as WorkerStart).dir} does not load: ${messageOf(error)}`;
    send({ type: 'failed', code, message });
    return;
  }
  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'run':
        try {
          engine.add(message.job, message.texts);
        } catch (error) {
          send({ type: 'error', job: message.job, message: messageOf(error) });
        }
        break;
      case 'cancel':
        engine.cancel(message.job);
        break;
      case 'close':
        void engine.close().finally(() => {
          port.close();
        });
        break;
    }
  });
  send({ type: 'ready' });
}

await main();
