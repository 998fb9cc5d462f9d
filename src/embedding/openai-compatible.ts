/** Embeddings from any server that speaks OpenAI's protocol, by way of LangChain's OpenAIEmbeddings. */
import { createHash } from 'node:crypto';
import { OpenAIEmbeddings } from '@langchain/openai';
import { VivaError } from '../errors.ts';
import { VivaEmbeddings, type EmbedOptions } from './viva-embeddings.ts';

export interface OpenAiCompatibleOptions {
  /** Base URL, the part before `/embeddings`. */
  readonly url: string;
  readonly model: string;
  /** Servers without accounts need none. */
  readonly apiKey?: string | undefined;
  /** Numbers in a vector: asked of the server and checked. Absent: what the server gives by itself, learned by one request. */
  readonly dims?: number | undefined;
  /** Texts in a request, 1–2048, default 16: many providers refuse more than 10 or 25. */
  readonly batchSize?: number;
  /** Milliseconds for one request with its answer, default 30,000. */
  readonly timeoutMs?: number;
  /** Put in front of every text, by its kind. Default none; some models (e5, bge) want them and some servers add them. */
  readonly prefixes?: { readonly query: string; readonly passage: string };
}

/** Further attempts at a request, by LangChain: never after 400–404, after 429 only when the server says when to come back. */
const RETRIES = 2;

type Request = Parameters<OpenAIEmbeddings['embeddingWithRetry']>[0];
type Response = Awaited<ReturnType<OpenAIEmbeddings['embeddingWithRetry']>>;

/** LangChain takes rows by their place; the protocol numbers them. */
class NumberedRows extends OpenAIEmbeddings {
  protected override async embeddingWithRetry(request: Request): Promise<Response> {
    const response = await super.embeddingWithRetry(request);
    const asked = Array.isArray(request.input) ? request.input.length : 1;
    const rows: unknown = response.data;
    if (!Array.isArray(rows) || rows.length !== asked) {
      const given = Array.isArray(rows) ? `${rows.length} vectors` : 'no list of vectors';
      throw new VivaError('embedding-failed', `gave ${given} for ${asked} texts`);
    }
    const data = response.data.toSorted((a, b) => a.index - b.index);
    return { ...response, data };
  }
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** ECONNREFUSED and the like, from anywhere in the chain of causes. */
function systemCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at !== undefined && depth < 5; at = property(at, 'cause'), depth += 1) {
    const code = property(at, 'code');
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  }
  return undefined;
}

function retryAfterSeconds(error: unknown): number | undefined {
  const headers = property(error, 'headers');
  const value = headers instanceof Headers ? headers.get('retry-after') : null;
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** The vector with length 1, or what is wrong with it. */
function normalised(row: unknown): Float32Array | string {
  if (!Array.isArray(row)) return `gave ${typeof row} in place of a list of numbers`;
  const vector = Float32Array.from(row as unknown[], (value) =>
    typeof value === 'number' ? value : Number.NaN,
  );
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length)) return 'gave a vector with something in it that is no number';
  if (length < 1e-6) return 'gave a vector of zeros';
  return vector.map((value) => value / length);
}

export class OpenAiCompatibleEmbeddings extends VivaEmbeddings {
  override readonly id: string;
  override readonly dims: number;
  readonly #options: OpenAiCompatibleOptions;
  readonly #closed = new AbortController();

  private constructor(options: OpenAiCompatibleOptions, dims: number) {
    super();
    const { model, prefixes } = options;
    const marked =
      prefixes === undefined
        ? ''
        : `+${createHash('sha256').update(JSON.stringify(prefixes)).digest('hex').slice(0, 8)}`;
    this.id = `openai:${model}/${dims}${marked}`;
    this.dims = dims;
    this.#options = options;
  }

  /**
   * Ready at once when `dims` is given; otherwise one short text is embedded to learn them.
   * @throws VivaError as `embed` does.
   */
  static async connect(
    options: OpenAiCompatibleOptions,
    signal?: AbortSignal,
  ): Promise<OpenAiCompatibleEmbeddings> {
    if (options.dims !== undefined) return new OpenAiCompatibleEmbeddings(options, options.dims);
    const probe = new OpenAiCompatibleEmbeddings(options, 0);
    const [vector] = await probe.#vectors(['dimensions'], signal);
    return new OpenAiCompatibleEmbeddings(options, vector?.length ?? 0);
  }

  /**
   * @throws VivaError `aborted`; `config-invalid` when key, address, model or dimensions are wrong; `embedding-failed` for
   * everything that may pass.
   */
  override async embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    const prefix = this.#options.prefixes?.[options.kind] ?? '';
    const vectors = await this.#vectors(
      texts.map((text) => prefix + text),
      options.signal,
    );
    const wrong = vectors.find((vector) => vector.length !== this.dims);
    if (wrong !== undefined) {
      throw new VivaError(
        'config-invalid',
        `${this.#name()} gave vectors of ${wrong.length} numbers, not ${this.dims}: set VIVA_EMBEDDING_DIMS to ${wrong.length} and run the ingestion again, or choose another VIVA_EMBEDDING_MODEL.`,
        { context: { dims: wrong.length, expected: this.dims } },
      );
    }
    return vectors;
  }

  override close(): Promise<void> {
    this.#closed.abort();
    return Promise.resolve();
  }

  #name(): string {
    return `Embedding model ${this.#options.model} at ${this.#options.url}`;
  }

  async #vectors(texts: string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const given = AbortSignal.any([this.#closed.signal, ...(signal === undefined ? [] : [signal])]);
    let rows: unknown[];
    try {
      rows = await this.#abortable(given, () => this.#client(given).embedDocuments(texts));
    } catch (error) {
      throw given.aborted
        ? new VivaError('aborted', 'The call to the embedding model was given up.')
        : this.#explain(error);
    }
    return rows.map((row) => {
      const vector = normalised(row);
      if (typeof vector === 'string') throw new VivaError('embedding-failed', `${this.#name()} ${vector}.`);
      return vector;
    });
  }

  /** A client per call, so that requests can be bound to the call's signal, which LangChain does not take. */
  #client(signal: AbortSignal): OpenAIEmbeddings {
    const { url, model, apiKey, dims, batchSize = 16, timeoutMs = 30_000 } = this.#options;
    return new NumberedRows({
      model,
      apiKey: apiKey ?? 'none',
      batchSize,
      maxRetries: RETRIES,
      timeout: timeoutMs,
      stripNewLines: false,
      // The default, base64, turns a server that answers with numbers all the same into garbage without an error.
      encodingFormat: 'float',
      ...(dims === undefined ? {} : { dimensions: dims }),
      configuration: {
        baseURL: url,
        // Otherwise read from the environment and sent to whatever server this is.
        organization: null,
        project: null,
        fetch: (input, init) => {
          const signals = [signal, AbortSignal.timeout(timeoutMs), ...(init?.signal ? [init.signal] : [])];
          return fetch(input, { ...init, signal: AbortSignal.any(signals) });
        },
      },
    });
  }

  /** Ends with the signal even while LangChain sleeps between two attempts. */
  async #abortable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => {
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([work(), aborted]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** The vendor's error is not kept as `cause`: servers echo keys and texts in it. */
  #explain(error: unknown): VivaError {
    if (error instanceof VivaError) return new VivaError(error.code, `${this.#name()} ${error.message}.`);
    const status = property(error, 'status');
    const code = typeof status === 'number' ? String(status) : systemCode(error);
    const shown = code === undefined ? '' : ` (${code})`;
    const context = { model: this.#options.model, code: code ?? null };
    if (status === 401 || status === 403) {
      return new VivaError(
        'config-invalid',
        `${this.#name()} refused the key${shown}: check VIVA_EMBEDDING_API_KEY.`,
        { context },
      );
    }
    if (status === 404) {
      const advice = 'check VIVA_EMBEDDING_URL and VIVA_EMBEDDING_MODEL';
      return new VivaError('config-invalid', `${this.#name()} was not found${shown}: ${advice}.`, {
        context,
      });
    }
    const seconds = retryAfterSeconds(error);
    const what = this.#what(error, status);
    return new VivaError('embedding-failed', `${this.#name()} ${what}${shown}.`, {
      context,
      ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    });
  }

  #what(error: unknown, status: unknown): string {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return `did not answer within ${this.#options.timeoutMs ?? 30_000} ms`;
    }
    if (status === 429) return 'is busy or out of quota; try again later';
    if (status === 400 || status === 413 || status === 422)
      return 'refused the request; try a smaller VIVA_EMBEDDING_BATCH';
    if (typeof status === 'number') return 'failed; try again later';
    return 'could not be reached or gave no proper answer; check VIVA_EMBEDDING_URL and that the server runs';
  }
}
