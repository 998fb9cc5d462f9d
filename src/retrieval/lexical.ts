/** Which entries share words with a query: BM25+ by minisearch. */
import MiniSearch, { type Options } from 'minisearch';
import { VivaError } from '../errors.ts';
import type { Tokenizer } from './tokenize.ts';

/** A row's place in the index's list of entries, and its BM25+ score (> 0). */
export interface LexicalHit {
  readonly row: number;
  readonly score: number;
}

interface Row {
  readonly id: number;
  readonly text: string;
}

function options(tokenizer: Tokenizer): Options<Row> {
  return {
    fields: ['text'],
    tokenize: (text) => tokenizer.terms(text),
    // The tokenizer has done all of it.
    processTerm: (term) => term,
  };
}

export class LexicalIndex {
  readonly #search: MiniSearch<Row>;

  private constructor(search: MiniSearch<Row>) {
    this.#search = search;
  }

  /** Rows are numbered as the texts stand in the list. A server goes on answering meanwhile. */
  static async build(texts: readonly string[], tokenizer: Tokenizer): Promise<LexicalIndex> {
    const search = new MiniSearch<Row>(options(tokenizer));
    await search.addAllAsync(
      texts.map((text, id) => ({ id, text })),
      { chunkSize: 50 },
    );
    return new LexicalIndex(search);
  }

  /**
   * Reads what `toJson` wrote; `tokenizer` must be the one it was built with.
   * @throws VivaError `index-corrupt`.
   */
  static fromJson(json: string, tokenizer: Tokenizer): LexicalIndex {
    try {
      return new LexicalIndex(MiniSearch.loadJSON<Row>(json, options(tokenizer)));
    } catch (cause) {
      throw new VivaError(
        'index-corrupt',
        "The lexical index cannot be read: run 'viva ingest --force' to make it again.",
        {
          cause,
        },
      );
    }
  }

  toJson(): string {
    return JSON.stringify(this.#search);
  }

  /** Rows that share a term with the query, the best first; equal scores in the order of rows. */
  find(query: string, accept?: (row: number) => boolean): LexicalHit[] {
    const filter = accept === undefined ? {} : { filter: ({ id }: { id: number }) => accept(id) };
    return this.#search
      .search(query, filter)
      .map(({ id, score }) => ({ row: id as number, score }))
      .sort((a, b) => b.score - a.score || a.row - b.row);
  }
}
