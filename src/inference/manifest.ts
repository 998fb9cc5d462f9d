/** What stands in a bundled model's `manifest.json`, and the checks on the files it names. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { VivaError, type ErrorCode } from '../errors.ts';

/** The manifest format this code reads. */
const manifestFormat = 1;

const fileSchema = z.object({
  bytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The part that every bundled text model has in common. Extend it with `.extend({...})`. */
export const textModelManifestSchema = z.object({
  format: z.literal(manifestFormat),
  /** Names weights and vocabulary: what an index records. */
  id: z.string().min(1),
  /** Length limit of an input with its begin and end marks. */
  maxTokens: z.number().int().positive(),
  /** The token that fills up the shorter rows of a batch. */
  padId: z.number().int().nonnegative(),
  /** Most characters a token stands for: bounds how much of a long text has to be read. */
  longestPiece: z.number().int().positive(),
  files: z.object({ 'model.onnx': fileSchema, 'tokenizer.json': fileSchema }),
});

export type TextModelManifest = z.infer<typeof textModelManifestSchema>;

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function unreadable(path: string, cause: unknown): VivaError {
  const code: ErrorCode = isMissing(cause) ? 'model-missing' : 'model-corrupt';
  const what = isMissing(cause) ? 'is missing' : `cannot be read (${String(cause)})`;
  return new VivaError(
    code,
    `Model file ${path} ${what}. Check out the repository again (git checkout -- models), or set VIVA_MODELS to the folder that holds the models.`,
    { cause, context: { path } },
  );
}

/**
 * Reads `manifest.json` in a model's folder.
 * @throws VivaError `model-missing` when there is none, `model-corrupt` when it is not what `schema` asks for.
 */
export async function readManifest<T extends TextModelManifest>(
  dir: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const path = join(dir, 'manifest.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
  const corrupt = (problem: string, cause: unknown): VivaError =>
    new VivaError(
      'model-corrupt',
      `Model manifest ${path} is not valid: ${problem}. Check out the repository again (git checkout -- models).`,
      { cause, context: { path } },
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(String(error), error);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw corrupt(z.prettifyError(parsed.error).replaceAll('\n', ' '), parsed.error);
  return parsed.data;
}

/**
 * Reads one file of a model and checks its size and SHA-256 against the manifest.
 * @throws VivaError `model-missing` or `model-corrupt`.
 */
export async function readModelFile(
  dir: string,
  manifest: TextModelManifest,
  name: keyof TextModelManifest['files'],
): Promise<Buffer> {
  const path = join(dir, name);
  const expected = manifest.files[name];
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (content.length !== expected.bytes || sha256 !== expected.sha256) {
    throw new VivaError(
      'model-corrupt',
      `Model file ${path} is not the one its manifest names: ${content.length} bytes, sha256 ${sha256.slice(0, 12)}…, expected ${expected.bytes} bytes, ${expected.sha256.slice(0, 12)}…. Check out the repository again (git checkout -- models); a Git LFS pointer or a half-finished download looks like this.`,
      { context: { path, bytes: content.length, sha256 } },
    );
  }
  return content;
}
