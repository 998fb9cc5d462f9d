/**
 * The peer: what a LangChain tutorial builds. The whole entry file as one document, cut every 1,000 characters with 200 of
 * overlap, into LangChain's own in-memory store, cosine similarity, nothing else.
 *
 * `@langchain/textsplitters` and `MemoryVectorStore` are no dependencies of Viva: the cutting is rewritten here after
 * `RecursiveCharacterTextSplitter` with its defaults, the store is the in-memory one of `@langchain/core`.
 */
import { Document } from '@langchain/core/documents';
import { FakeVectorStore } from '@langchain/core/utils/testing';
import type { Entry } from '../src/corpus/entry.ts';
import type { VivaEmbeddings } from '../src/embedding/viva-embeddings.ts';
import type { EntryHit, Retriever } from '../src/retrieval/retriever.ts';

const chunkSize = 1_000;
const chunkOverlap = 200;
const separators = ['\n\n', '\n', ' ', ''];

/** Cuts at the first separator that occurs, joins pieces up to the size with overlap, and cuts what is still too long. */
export function splitRecursively(text: string, from = 0): string[] {
  const at = separators.findIndex((one, index) => index >= from && text.includes(one));
  const separator = separators[at] ?? '';
  const chunks: string[] = [];
  let fitting: string[] = [];
  const flush = () => {
    chunks.push(...join(fitting, separator));
    fitting = [];
  };
  for (const piece of text.split(separator).filter(Boolean)) {
    if (piece.length < chunkSize) fitting.push(piece);
    else {
      flush();
      chunks.push(...splitRecursively(piece, at + 1));
    }
  }
  flush();
  return chunks;
}

function join(pieces: readonly string[], separator: string): string[] {
  const chunks: string[] = [];
  let current: string[] = [];
  const length = () => current.join(separator).length;
  for (const piece of pieces) {
    if (current.length > 0 && length() + separator.length + piece.length > chunkSize) {
      chunks.push(current.join(separator));
      while (
        length() > chunkOverlap ||
        (length() > 0 && length() + separator.length + piece.length > chunkSize)
      ) {
        current = current.slice(1);
      }
    }
    current.push(piece);
  }
  if (current.length > 0) chunks.push(current.join(separator));
  return chunks.map((chunk) => chunk.trim()).filter(Boolean);
}

export interface NaiveRag extends Retriever {
  readonly chunks: number;
}

/** @param textOf the text of an entry's file */
export async function naiveRag(
  entries: readonly Entry[],
  textOf: (entry: Entry) => string,
  embeddings: VivaEmbeddings,
): Promise<NaiveRag> {
  const documents = entries.flatMap((entry) =>
    splitRecursively(textOf(entry)).map(
      (pageContent) => new Document({ pageContent, metadata: { entryId: entry.id } }),
    ),
  );
  const store = new FakeVectorStore(embeddings);
  await store.addDocuments(documents);
  return {
    chunks: documents.length,
    retrieve: async (query, _lang, options = {}) => {
      const found = await store.similaritySearchWithScore(query, 40);
      const ids = new Map<string, number>();
      for (const [document, score] of found) {
        const id = String(document.metadata['entryId']);
        if (!ids.has(id)) ids.set(id, score);
      }
      return [...ids]
        .slice(0, options.limit ?? 10)
        .map(([entryId, score]) => ({ entryId, score, hits: [] }) as unknown as EntryHit);
    },
  };
}
