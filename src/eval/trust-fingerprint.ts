/**
 * What a trust card was made from, part by part, so that a card older than its judge or its cases can be told by
 * hashing alone. `docs/decisions/0009-trust-card.md` says why these parts.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import type { Entry } from '../corpus/entry.ts';
import type { GradingCase } from './grading-eval.ts';
import type { VerdictLabel } from './verdict-eval.ts';

const hash = z.string().regex(/^[0-9a-f]{16}$/);

export const trustFingerprintSchema = z.strictObject({
  /** The code and the weights of the local judge. */
  judge: hash,
  /** The manifests under models/, which name every model file by its hash. */
  models: hash,
  /** The test replies with their gold, and the labelled verdicts. */
  replies: hash,
  /** What the judge reads of each entry that has test replies; null: not in the corpus. */
  entries: z.record(z.string(), hash.nullable()),
});
export type TrustFingerprint = z.infer<typeof trustFingerprintSchema>;

/** @param root the folder of package.json, with `src/` and `models/` in it */
export async function takeFingerprint(
  root: string,
  cases: readonly GradingCase[],
  entries: ReadonlyMap<string, Entry>,
  labels: readonly VerdictLabel[] = [],
): Promise<TrustFingerprint> {
  const ids = [...new Set(cases.map((one) => one.id))].sort();
  return {
    judge: await hashOfJudge(join(root, 'src')),
    models: await hashOfModels(join(root, 'models')),
    // The order of lines and files changes no figure.
    replies: digest([
      ...cases
        .map(({ id, lang, kind, variant, gold, answer }) =>
          JSON.stringify([id, lang, kind, variant ?? null, gold, answer]),
        )
        .sort(),
      ...labels
        .map(({ reply, verdicts }) =>
          JSON.stringify([reply, Object.entries(verdicts).sort(([a], [b]) => (a < b ? -1 : 1))]),
        )
        .sort(),
    ]),
    entries: Object.fromEntries(
      ids.map((id) => {
        const entry = entries.get(id);
        return [id, entry ? hashOfEntry(entry) : null];
      }),
    ),
  };
}

/** What differs, in words; empty when the card is up to date. */
export function staleParts(card: TrustFingerprint, now: TrustFingerprint): string[] {
  const parts: string[] = [];
  if (card.judge !== now.judge) parts.push('the local judge (src/grading) is another');
  if (card.models !== now.models) parts.push('the model files (models/*/manifest.json) are others');
  if (card.replies !== now.replies)
    parts.push(
      'the test replies (eval/grading/*.jsonl) or their labelled verdicts (eval/verdicts) are others',
    );
  const ids = [...new Set([...Object.keys(card.entries), ...Object.keys(now.entries)])].sort();
  const changed = ids.filter((id) => card.entries[id] !== now.entries[id]);
  if (changed.length > 0) parts.push(`entries with test replies changed: ${changed.join(', ')}`);
  return parts;
}

/** Of all entries together: says which corpus a card was made with, and makes no card stale. */
export function hashOfCorpus(entries: Iterable<Entry>): string {
  return digest(Array.from(entries, (entry) => `${entry.id} ${hashOfEntry(entry)}`).sort());
}

/** All that the judge reads of an entry, and its kind, by which the card counts. Hints, sources and figures are none of it. */
function hashOfEntry(entry: Entry): string {
  const points = entry.keyPoints.map((point) => [
    point.id,
    point.weight,
    point.zh,
    point.en,
    point.reference.zh.text,
    point.reference.en.text,
    point.statements.map(({ label, lang, text }) => [label, lang, text]),
  ]);
  const beliefs = entry.misconceptions.map((one) => [one.id, one.weight, one.zh, one.en, one.correction]);
  return digest([JSON.stringify([entry.id, entry.kind, entry.question, entry.askedAs, points, beliefs])]);
}

/** The judge's own code, from where it is put together, without comments and layout. */
async function hashOfJudge(src: string): Promise<string> {
  const first = join(src, 'grading', 'create-local-grader.ts');
  const found = new Map<string, string>();
  const open = [first];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    // oxlint-disable-next-line no-await-in-loop -- what comes next stands in this file
    const text = await readFile(file, 'utf8');
    found.set(file, codeOf(text));
    for (const [, name = ''] of text.matchAll(/^(?:import|export) (?!type )[^;]*? from '(\.[^']+)'/gm)) {
      const imported = resolve(dirname(file), name);
      if (!isShape(relative(src, imported))) open.push(imported);
    }
  }
  return digest(
    [...found].map(([file, text]) => `${relative(src, file).split(sep).join('/')}\n${text}`).sort(),
  );
}

/** Shapes and error names, which every part of the house changes, and no grade hangs on. */
function isShape(file: string): boolean {
  return file === 'protocol.ts' || file === 'errors.ts' || file === join('corpus', 'entry.ts');
}

function codeOf(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:\/\/|\/\*|\*(?:\s|\/|$))/.test(line))
    .join('\n');
}

async function hashOfModels(models: string): Promise<string> {
  return digest((await readManifests(models)).map(({ name, text }) => `${name}\n${text}`));
}

/** The manifests of the model folders, by the folder's name. */
export async function readManifests(models: string): Promise<{ name: string; text: string }[]> {
  const folders = (await readdir(models)).sort();
  const manifests = await Promise.all(
    folders.map(async (name) => {
      const text = await readFile(join(models, name, 'manifest.json'), 'utf8').catch(() => null);
      return text === null ? [] : [{ name, text }];
    }),
  );
  return manifests.flat();
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
