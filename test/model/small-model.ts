/**
 * A real small model in this process, by node-llama-cpp. That library is no dependency of Viva: it is loaded from the
 * folder that is named, where it was installed by hand.
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { grammarSchemaOf } from './grammar-schema.ts';

type Tokens = readonly number[];

/** The part of node-llama-cpp 3 that is used here. */
interface Library {
  getLlama(options: { gpu: false; build: 'never'; logLevel: string }): Promise<Llama>;
  readonly LlamaCompletion: new (options: { contextSequence: unknown }) => Completion;
}
interface Llama {
  loadModel(options: { modelPath: string }): Promise<LoadedModel>;
  createGrammarForJsonSchema(schema: unknown): Promise<unknown>;
  getGrammarFor(type: 'json'): Promise<unknown>;
}
interface LoadedModel {
  tokenize(text: string, specialTokens: boolean): Tokens;
  createContext(options: {
    contextSize: number;
    threads: number;
    batchSize: number;
  }): Promise<{ getSequence(): unknown }>;
}
interface Completion {
  generateCompletionWithMeta(
    input: Tokens,
    options: Record<string, unknown>,
  ): Promise<{ response: string; metadata: { stopReason: string } }>;
}

export interface WriteOptions {
  readonly maxTokens: number;
  readonly temperature?: number | undefined;
  /** JSON by grammar: any object, or one of this schema. */
  readonly json?: true | { readonly schema: unknown } | undefined;
  readonly signal: AbortSignal;
  readonly onText?: (piece: string) => void;
}

export interface Written {
  readonly text: string;
  readonly finish: 'stop' | 'length';
  readonly promptTokens: number;
  readonly writtenTokens: number;
}

/** Writes on from a prompt with its markup. */
export interface Writer {
  write(prompt: string, options: WriteOptions): Promise<Written>;
}

export interface SmallModelOptions {
  /** A folder in which `npm install node-llama-cpp` was run. */
  readonly libraryFolder: string;
  readonly file: string;
  readonly threads: number;
  readonly contextSize: number;
}

export class SmallModel implements Writer {
  readonly #llama: Llama;
  readonly #model: LoadedModel;
  readonly #completion: Completion;
  readonly #contextSize: number;
  /** One after the other: there is one context. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(llama: Llama, model: LoadedModel, completion: Completion, contextSize: number) {
    this.#llama = llama;
    this.#model = model;
    this.#completion = completion;
    this.#contextSize = contextSize;
  }

  static async load({ libraryFolder, file, threads, contextSize }: SmallModelOptions): Promise<SmallModel> {
    const library = (await import(entryOf(libraryFolder))) as Library;
    const llama = await library.getLlama({ gpu: false, build: 'never', logLevel: 'error' });
    const model = await llama.loadModel({ modelPath: file });
    const context = await model.createContext({ contextSize, threads, batchSize: 512 });
    const completion = new library.LlamaCompletion({ contextSequence: context.getSequence() });
    return new SmallModel(llama, model, completion, contextSize);
  }

  /**
   * Writes on from a prompt with its markup.
   * @throws RangeError when prompt and answer do not fit into the context
   */
  async write(prompt: string, options: WriteOptions): Promise<Written> {
    const before = this.#last;
    const run = before.then(
      () => this.#write(prompt, options),
      () => this.#write(prompt, options),
    );
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #write(
    prompt: string,
    { maxTokens, temperature, json, signal, onText }: WriteOptions,
  ): Promise<Written> {
    signal.throwIfAborted();
    const input = this.#model.tokenize(prompt, true);
    if (input.length + 64 > this.#contextSize) {
      throw new RangeError(`${input.length} tokens do not fit into a context of ${this.#contextSize}`);
    }
    const grammar =
      json === undefined
        ? undefined
        : json === true
          ? await this.#llama.getGrammarFor('json')
          : await this.#llama.createGrammarForJsonSchema(grammarSchemaOf(json.schema));
    let writtenTokens = 0;
    const { response, metadata } = await this.#completion.generateCompletionWithMeta(input, {
      maxTokens: Math.min(maxTokens, this.#contextSize - input.length),
      temperature: temperature ?? 0,
      // A quote repeats the reply word for word.
      repeatPenalty: false,
      signal,
      ...(grammar === undefined ? {} : { grammar }),
      ...(onText ? { onTextChunk: onText } : {}),
      onToken: (tokens: Tokens) => void (writtenTokens += tokens.length),
      customStopTriggers: ['<|im_end|>', '<|im_start|>', '<|endoftext|>'],
    });
    const finish = metadata.stopReason === 'maxTokens' ? 'length' : 'stop';
    return { text: response, finish, promptTokens: input.length, writtenTokens };
  }
}

function entryOf(folder: string): string {
  const from = createRequire(join(resolve(folder), 'package.json'));
  return pathToFileURL(from.resolve('node-llama-cpp')).href;
}
