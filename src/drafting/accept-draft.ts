/** What becomes of an entry when its draft is accepted, and what the linter says of that. Writes nothing. */
import { posix } from 'node:path';
import { langs } from '../corpus/entry.ts';
import { lintEntry } from '../corpus/lint-entry.ts';
import { parseEntry } from '../corpus/parse-entry.ts';
import type { Problem } from '../corpus/problem.ts';
import type { Draft } from './draft-file.ts';
import { mergeDraft, type Merged } from './merge-draft.ts';
import { authorFields, missingAuthorFields, missingParts, type PartName } from './parts.ts';
import { readSketch, type Sketch } from './sketch.ts';

export interface Acceptance {
  readonly merged: Merged;
  /** What stands in the way; the entry could not be used. */
  readonly errors: readonly Problem[];
  /** What the linter says of an entry that could. */
  readonly warnings: readonly Problem[];
}

/** @param file of the entry, relative to the corpus folder, with forward slashes */
export function tryAcceptance(sketch: Sketch, draft: Draft, file: string): Acceptance {
  const merged = mergeDraft(sketch, draft.proposes);
  const after = readSketch(sketch.file, merged.text, merged.statementsText ?? sketch.statementsText);
  const lacking = stillMissing(after);
  if (lacking.length > 0) {
    const errors = lacking.map((what): Problem => ({
      file,
      line: 1,
      message: `still missing: ${what}`,
      severity: 'error',
    }));
    return { merged, errors, warnings: [] };
  }
  const statementsFile = file.replace(/\.md$/, '.statements.yaml');
  const { entry, problems } = parseEntry({
    file,
    text: merged.text,
    statements: after.statementsText === null ? null : { file: statementsFile, text: after.statementsText },
    // Figures are no part of a draft: null says that somebody else looks at them.
    figures: new Map((after.fields.figures ?? []).map((figure) => [figure.file, null])),
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  return { merged, errors, warnings: entry ? lintEntry(entry) : [] };
}

const partWords: Readonly<Partial<Record<PartName, string>>> = {
  'asked-as': 'askedAs (two wordings or more in each language)',
  'key-points': 'keyPoints',
  hints: 'hints (three)',
  'follow-ups': 'followUps (one or more)',
};

/** What an entry must have and this one has not, each with what it takes. */
export function stillMissing(sketch: Sketch): string[] {
  const parts = missingParts(sketch).flatMap((name) => partWords[name] ?? []);
  const texts = langs.flatMap((lang) => [
    ...(sketch.question[lang] === undefined ? [`question.${lang}`] : []),
    ...(sketch.answer[lang] === undefined ? [`the ${lang} answer`] : []),
  ]);
  const own = missingAuthorFields(sketch).map((name) => `${name} (${authorFields[name]})`);
  return [...own, ...texts, ...parts];
}

/**
 * Where an entry file lies in its bank, as far as can be told: its id names the folders above it.
 * @param path with forward slashes
 */
export function placeInBank(path: string, id: string | undefined): string {
  const depth = id === undefined ? 1 : id.split('/').length;
  return posix.join(...path.split('/').filter(Boolean).slice(-depth));
}
