/** Reads a corpus folder: every entry that can be read, and a problem for every one that cannot. */
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { VivaError } from '../errors.ts';
import type { Entry } from './entry.ts';
import { loadFigures } from './load-figures.ts';
import { parseEntry, type EntrySource } from './parse-entry.ts';
import type { Problem } from './problem.ts';
import { readText } from './read-text.ts';

/** Largest corpus file in bytes. A long entry with its statements has about 20 KB. */
export const maxFileBytes = 512 * 1024;

const entryLimit = {
  bytes: maxFileBytes,
  advice: `an entry file may have ${maxFileBytes} at most; split it into several entries`,
};

export interface Corpus {
  /** Sorted by id. */
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
  /** Entry files found, readable or not. */
  readonly fileCount: number;
  /** Files of figures that no entry shows, one for each figure. */
  readonly unusedFigures: readonly string[];
  /** Drafts that wait for somebody to read them. Nothing else is known of them here: they are not in use. */
  readonly drafts: readonly string[];
}

/** The ending of a draft beside an entry `….md`. */
export const draftEnding = '.draft.yaml';

/**
 * Loads every `.md` file below `folder` except README.md, with the `.statements.yaml` beside it and the figures it names.
 * A broken file is reported in `problems` and left out; it never stops the others.
 * @throws VivaError `corpus-missing` when the folder cannot be read at all.
 */
export async function loadCorpus(folder: string): Promise<Corpus> {
  const problems: Problem[] = [];
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new VivaError(
      'corpus-missing',
      `No corpus folder at ${folder}: set VIVA_CORPUS to a folder of entries.`,
      { cause },
    );
  });
  if (!(await lstat(root)).isDirectory()) {
    throw new VivaError(
      'corpus-missing',
      `${folder} is a file, not a corpus folder: set VIVA_CORPUS to a folder of entries.`,
    );
  }
  const files = await listFiles(root, root, problems);
  const names = new Set(files);
  const entryFiles = files.filter((file) => file.endsWith('.md') && !/(^|\/)README\.md$/i.test(file));
  const figures = await loadFigures(root, files, problems);
  const byId = new Map<string, Entry>();
  for (const file of entryFiles) {
    const text = await readText(root, file, entryLimit, problems);
    if (text === null) continue;
    const statementsFile = file.replace(/\.md$/, '.statements.yaml');
    const statementsText = names.has(statementsFile)
      ? await readText(root, statementsFile, entryLimit, problems)
      : null;
    const source: EntrySource = {
      file,
      text,
      statements: statementsText === null ? null : { file: statementsFile, text: statementsText },
      figures,
    };
    const parsed = parseEntry(source);
    problems.push(...parsed.problems);
    if (!parsed.entry) continue;
    const first = byId.get(parsed.entry.id);
    if (first) {
      problems.push({
        file,
        line: 2,
        message: `id '${parsed.entry.id}' is taken by ${first.file}: give one of the two another id`,
        severity: 'error',
      });
      continue;
    }
    byId.set(parsed.entry.id, parsed.entry);
  }
  for (const file of files) {
    if (file.endsWith('.statements.yaml') && !names.has(file.replace(/\.statements\.yaml$/, '.md'))) {
      problems.push({
        file,
        line: 1,
        message: 'no entry beside it: the .md file of the same name is missing',
        severity: 'error',
      });
    }
  }
  const entries = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const shown = new Set(entries.flatMap((entry) => entry.figures.map((figure) => figure.file)));
  return {
    entries,
    problems,
    fileCount: entryFiles.length,
    unusedFigures: [...figures].flatMap(([id, images]) =>
      images === null || shown.has(id) ? [] : [images.zh.file],
    ),
    drafts: files.filter((file) => file.endsWith(draftEnding)),
  };
}

/** Regular files below `folder`, relative to `root`, sorted. Links that lead out of the corpus are refused. */
async function listFiles(root: string, folder: string, problems: Problem[]): Promise<string[]> {
  const found: string[] = [];
  const names = (await readdir(folder)).sort();
  for (const name of names) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    const file = relative(root, path).split(sep).join('/');
    const stat = await lstat(path);
    if (stat.isSymbolicLink()) {
      const target = await realpath(path).catch(() => null);
      if (target === null || !(target + sep).startsWith(root + sep)) {
        problems.push({
          file,
          line: 1,
          message: 'a link that leads out of the corpus is not followed: copy the file here',
          severity: 'error',
        });
        continue;
      }
      // A link inside the corpus would load the same entry twice.
      continue;
    }
    if (stat.isDirectory()) found.push(...(await listFiles(root, path, problems)));
    else if (stat.isFile()) found.push(file);
  }
  return found;
}
