/**
 * Vectors kept by what they are vectors of: model, kind and text. A text that changed has another key, so nothing in here
 * is ever stale.
 *
 * The file: one line of JSON (the header), then `count` records sorted by key, each 16 bytes of key and `dims` signed
 * bytes. The same vectors give the same bytes.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, VivaError } from '../errors.ts';
import { replaceFile } from './replace-file.ts';
import type { EmbedOptions } from './viva-embeddings.ts';

const keyBytes = 16;
const cacheVersion = 1;
/** A header longer than this is not a header. */
const longestHeader = 4096;

const headerSchema = z.strictObject({
  format: z.literal('viva-embeddings'),
  version: z.int(),
  model: z.string().min(1),
  dims: z.int().positive(),
  count: z.int().min(0),
  /** Of everything after the header's line. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export interface CachedText {
  readonly kind: EmbedOptions['kind'];
  readonly text: string;
}

export interface CacheModel {
  readonly id: string;
  readonly dims: number;
}

/** How a cache came to be: read from its file, or empty because there was none, or only one of another model. */
export type CacheOrigin = 'read' | 'missing' | 'other-model';

export class VectorCache {
  readonly model: CacheModel;
  readonly origin: CacheOrigin;
  /** The file's content, header included; null when nothing was read. */
  readonly #file: Buffer | null;
  /** The records of the file. */
  readonly #stored: Buffer;
  readonly #added = new Map<string, Int8Array>();

  private constructor(model: CacheModel, origin: CacheOrigin, file: Buffer | null, stored: Buffer) {
    this.model = model;
    this.origin = origin;
    this.#file = file;
    this.#stored = stored;
  }

  static empty(model: CacheModel): VectorCache {
    return new VectorCache({ id: model.id, dims: model.dims }, 'missing', null, Buffer.alloc(0));
  }

  /**
   * Reads a cache file. No file, or one of another model, gives an empty cache; `origin` tells.
   * @throws VivaError `index-corrupt` when the file is cut off, damaged or of a later format.
   */
  static async open(path: string, model: CacheModel): Promise<VectorCache> {
    let file: Buffer;
    try {
      file = await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return VectorCache.empty(model);
      throw corrupt(path, `cannot be read: ${messageOf(error)}`, error);
    }
    const { header, body } = parse(path, file);
    if (header.model !== model.id || header.dims !== model.dims) {
      return new VectorCache({ id: model.id, dims: model.dims }, 'other-model', null, Buffer.alloc(0));
    }
    return new VectorCache({ id: model.id, dims: model.dims }, 'read', file, body);
  }

  /** Vectors in the cache. */
  get size(): number {
    return this.#stored.length / this.#recordBytes + this.#added.size;
  }

  get #recordBytes(): number {
    return keyBytes + this.model.dims;
  }

  /** A view; not to be written to. */
  get(text: CachedText): Int8Array | undefined {
    const key = this.#key(text);
    return this.#added.get(key.toString('latin1')) ?? this.#find(key);
  }

  add(text: CachedText, vector: Int8Array): void {
    if (vector.length !== this.model.dims) {
      throw new VivaError(
        'internal',
        `A vector of ${vector.length} numbers does not fit a cache of ${this.model.dims}.`,
      );
    }
    const key = this.#key(text);
    if (this.#find(key) === undefined) this.#added.set(key.toString('latin1'), vector);
  }

  /**
   * Writes the cache, atomically, when it differs from what was read.
   * `only` keeps the vectors of these texts and drops the others; without it everything stays.
   * @returns whether the file changed.
   * @throws VivaError `data-unwritable`.
   */
  async save(path: string, only?: Iterable<CachedText>): Promise<boolean> {
    const bytes = this.#serialise(only);
    if (this.#file?.equals(bytes) === true) return false;
    await replaceFile(path, bytes);
    return true;
  }

  #serialise(only: Iterable<CachedText> | undefined): Buffer {
    const wanted = only === undefined ? null : new Set<string>();
    for (const text of only ?? []) wanted?.add(this.#key(text).toString('latin1'));
    const records: { key: string; vector: Int8Array }[] = [];
    for (let at = 0; at < this.#stored.length; at += this.#recordBytes) {
      records.push({ key: this.#stored.toString('latin1', at, at + keyBytes), vector: this.#vectorAt(at) });
    }
    for (const [key, vector] of this.#added) records.push({ key, vector });
    const kept = wanted === null ? records : records.filter(({ key }) => wanted.has(key));
    kept.sort((a, b) => (a.key < b.key ? -1 : 1));

    const body = Buffer.alloc(kept.length * this.#recordBytes);
    for (const [index, { key, vector }] of kept.entries()) {
      const at = index * this.#recordBytes;
      body.write(key, at, 'latin1');
      body.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.length), at + keyBytes);
    }
    const header: z.infer<typeof headerSchema> = {
      format: 'viva-embeddings',
      version: cacheVersion,
      model: this.model.id,
      dims: this.model.dims,
      count: kept.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    };
    return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]);
  }

  #key({ kind, text }: CachedText): Buffer {
    return createHash('sha256').update(`${this.model.id}\0${kind}\0${text}`).digest().subarray(0, keyBytes);
  }

  #vectorAt(at: number): Int8Array {
    return new Int8Array(this.#stored.buffer, this.#stored.byteOffset + at + keyBytes, this.model.dims);
  }

  /** Binary search: the records are sorted by key. */
  #find(key: Buffer): Int8Array | undefined {
    let low = 0;
    let high = this.#stored.length / this.#recordBytes;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = middle * this.#recordBytes;
      const order = key.compare(this.#stored, at, at + keyBytes);
      if (order === 0) return this.#vectorAt(at);
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }
}

function parse(path: string, file: Buffer): { header: z.infer<typeof headerSchema>; body: Buffer } {
  const end = file.indexOf(0x0a);
  if (end === -1 || end > longestHeader) throw corrupt(path, 'it does not begin with a header line');
  let json: unknown;
  try {
    json = JSON.parse(file.toString('utf8', 0, end));
  } catch (cause) {
    throw corrupt(path, 'its header is not JSON', cause);
  }
  const header = headerSchema.safeParse(json);
  if (!header.success) throw corrupt(path, 'its header is not that of an embeddings cache');
  if (header.data.version !== cacheVersion) {
    throw corrupt(path, `it has format ${header.data.version}, this program reads ${cacheVersion}`);
  }
  const body = file.subarray(end + 1);
  const expected = header.data.count * (keyBytes + header.data.dims);
  if (body.length !== expected)
    throw corrupt(path, `it has ${body.length} bytes of vectors where ${expected} belong`);
  if (createHash('sha256').update(body).digest('hex') !== header.data.sha256)
    throw corrupt(path, 'its checksum is wrong');
  return { header: header.data, body };
}

function corrupt(path: string, why: string, cause?: unknown): VivaError {
  return new VivaError(
    'index-corrupt',
    `The embeddings cache ${path} is damaged (${why}): run 'viva ingest --force' to make it again.`,
    cause === undefined ? {} : { cause },
  );
}
