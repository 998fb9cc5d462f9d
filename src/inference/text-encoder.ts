/** Text to token ids, cut to the length the model takes. */
import { Tokenizer } from '@huggingface/tokenizers';

export interface TextEncoderOptions {
  /** Length limit with the begin and end marks. */
  readonly maxTokens: number;
  /** Most characters a token stands for. */
  readonly longestPiece: number;
}

/** Spare characters for what normalisation removes at the front of a text. */
const SLACK = 256;

/** A tokenizer.json with the model's length limit. Synchronous: about 5 µs a token. */
export class TextEncoder {
  readonly #tokenizer: Tokenizer;
  readonly #maxTokens: number;
  readonly #maxCharacters: number;

  /** @param tokenizerJson the parsed content of a `tokenizer.json` */
  constructor(tokenizerJson: object, options: TextEncoderOptions) {
    this.#tokenizer = new Tokenizer(tokenizerJson, {});
    this.#maxTokens = options.maxTokens;
    this.#maxCharacters = options.maxTokens * options.longestPiece + SLACK;
  }

  /** The ids of a text, begin and end mark included; at most `maxTokens`, the tail is dropped. */
  encode(text: string): number[] {
    // More text than this cannot matter, and splitting a megabyte would take seconds.
    const head = text.length > this.#maxCharacters ? this.#head(text) : text;
    const { ids } = this.#tokenizer.encode(head);
    const end = ids.at(-1);
    if (ids.length <= this.#maxTokens || end === undefined) return ids;
    return [...ids.slice(0, this.#maxTokens - 1), end];
  }

  #head(text: string): string {
    return text
      .slice(0, this.#maxCharacters * 8)
      .replace(/\s+/g, ' ')
      .slice(0, this.#maxCharacters);
  }
}
