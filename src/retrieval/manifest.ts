/** What an index says of itself, and where its files are. */
import { z } from 'zod';
import { VivaError } from '../errors.ts';

/** Raised when an older program could not read the index. */
export const indexVersion = 2;

/** Names inside the index folder. */
export const indexLayout = {
  /** One line: the folder below `generations` that is in use. Replaced by a rename. */
  pointer: 'current',
  generations: 'generations',
  lock: 'ingest.lock',
  /** The cache of the bundled model's vectors; kept in git. */
  embeddings: 'embeddings.bin',
  manifest: 'manifest.json',
  chunks: 'chunks.jsonl',
  vectors: 'vectors.bin',
  graph: 'vectors.hnsw',
  lexical: 'lexical.json',
} as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const storedFile = z.strictObject({ bytes: z.int().min(0), sha256 });

export const manifestSchema = z.strictObject({
  format: z.literal('viva-index'),
  version: z.literal(indexVersion),
  /** Hash of everything the index was made from; the same material and programs give the same one. */
  generation: z.string().regex(/^[0-9a-f]{16}$/),
  embedder: z.strictObject({ id: z.string().min(1), dims: z.int().positive() }),
  chunker: z.int().positive(),
  lexical: z.strictObject({ engine: z.literal('minisearch'), tokenizer: z.string().min(1) }),
  /** null when the graph's addon did not load where the index was made. */
  graph: z
    .strictObject({
      engine: z.literal('hnswlib'),
      m: z.int().positive(),
      efConstruction: z.int().positive(),
      seed: z.int(),
    })
    .nullable(),
  /** Hash over the corpus files. */
  corpus: sha256,
  counts: z.strictObject({ entries: z.int().positive(), chunks: z.int().positive() }),
  files: z.strictObject({
    [indexLayout.chunks]: storedFile,
    [indexLayout.vectors]: storedFile,
    [indexLayout.lexical]: storedFile,
    [indexLayout.graph]: storedFile.optional(),
  }),
});

export type IndexManifest = z.infer<typeof manifestSchema>;
export type IndexFile = keyof IndexManifest['files'];

/** A generation's folder name: its hash, and a number when the same material was indexed again. */
export const generationName = /^[0-9a-f]{16}(?:\.\d+)?$/;

/**
 * Reads a manifest.
 * @throws VivaError `index-incompatible` when another version of the program made it, `index-corrupt` when it is no
 * manifest at all.
 */
export function parseManifest(json: string, path: string): IndexManifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw corruptIndex(path, 'not JSON', cause);
  }
  const version = z.object({ format: z.literal('viva-index'), version: z.int() }).safeParse(value);
  if (version.success && version.data.version !== indexVersion) {
    throw new VivaError(
      'index-incompatible',
      `${path}: the index has format ${version.data.version}, this program reads ${indexVersion}: run 'viva ingest'.`,
    );
  }
  const manifest = manifestSchema.safeParse(value);
  if (!manifest.success) {
    const [issue] = manifest.error.issues;
    throw corruptIndex(
      path,
      `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`,
      manifest.error,
    );
  }
  return manifest.data;
}

/** The error for an index that cannot be trusted. */
export function corruptIndex(path: string, why: string, cause?: unknown): VivaError {
  return new VivaError(
    'index-corrupt',
    `The index is damaged (${path}: ${why}): run 'viva ingest' to make it again.`,
    {
      ...(cause === undefined ? {} : { cause }),
      context: { path },
    },
  );
}
