/** A reviewed draft into its entry: only what the entry lacks is added, and every other byte of the file stays. */
import { isMap, isPair, isScalar, parseDocument } from 'yaml';
import { splitFrontMatter } from '../corpus/front-matter.ts';
import { headingNames, headings } from '../corpus/parse-entry.ts';
import { langs } from '../corpus/entry.ts';
import type { Lang } from '../protocol.ts';
import { toYaml, type Proposal } from './draft-file.ts';
import type { Sketch } from './sketch.ts';

export interface Merged {
  readonly text: string;
  /** null: the statements file stays as it is, or is not there. */
  readonly statementsText: string | null;
  /** Fields that were added. */
  readonly added: readonly string[];
  /** Proposed fields that the entry has by now: what is there stays. */
  readonly ignored: readonly string[];
}

/** Pure; writes nothing. */
export function mergeDraft(sketch: Sketch, proposal: Proposal): Merged {
  const added: string[] = [];
  const ignored: string[] = [];
  const fields: [string, unknown][] = [];
  const take = (name: string, there: boolean, value: unknown) => {
    if (value === undefined) return;
    if (there) ignored.push(name);
    else {
      added.push(name);
      fields.push([name, value]);
    }
  };
  const question = { ...proposal.question, ...sketch.question };
  if (langs.some((lang) => question[lang] !== sketch.question[lang])) {
    added.push('question');
    fields.push(['question', question]);
  }
  const has = sketch.fields;
  take('askedAs', has.askedAs !== undefined, proposal.askedAs);
  take('keyPoints', has.keyPoints !== undefined, proposal.keyPoints);
  take('misconceptions', (has.misconceptions ?? []).length > 0, proposal.misconceptions);
  take('hints', has.hints !== undefined, proposal.hints);
  take('followUps', has.followUps !== undefined, proposal.followUps);
  // A question that is one text cannot hold two languages, whoever wrote the second.
  if (typeof sketch.fields.question === 'string' && fields[0]?.[0] !== 'question')
    fields.unshift(['question', question]);
  const eol = sketch.text.includes('\r\n') ? '\r\n' : '\n';
  let text = sketch.text;
  const answers = { ...proposal.answer };
  for (const lang of langs) {
    if (answers[lang] === undefined) continue;
    if (sketch.answer[lang] === undefined) added.push(`answer.${lang}`);
    else {
      ignored.push(`answer.${lang}`);
      delete answers[lang];
    }
  }
  text = withAnswers(text, sketch.headless, answers, eol);
  text = withFields(text, fields, eol);
  const statements = mergeStatements(sketch, proposal);
  if (statements.added.length > 0) added.push(`statements of ${statements.added.join(', ')}`);
  if (statements.ignored.length > 0) ignored.push(`statements of ${statements.ignored.join(', ')}`);
  return { text, statementsText: statements.text, added, ignored };
}

/** Puts fields in the place of empty ones of their name, or behind the last field. */
function withFields(file: string, fields: readonly (readonly [string, unknown])[], eol: string): string {
  let { yaml } = splitFrontMatter(file);
  const start = file.indexOf(yaml, file.indexOf('---') + 3);
  const end = start + yaml.length;
  for (const [name, value] of fields) {
    const written = toYaml({ [name]: value }).replaceAll('\n', eol);
    const place = placeOf(yaml, name);
    if (place) yaml = yaml.slice(0, place.start) + written + yaml.slice(place.end);
    else yaml = `${yaml === '' || yaml.endsWith('\n') ? yaml : yaml + eol}${written}`;
  }
  if (fields.length === 0) return file;
  // The closing line stands on a line of its own, whether or not the YAML ended with one.
  const rest = file.slice(end);
  return file.slice(0, start) + (/^\r?\n/.test(rest) ? yaml.replace(/\r?\n$/, '') : yaml) + rest;
}

/** The lines of a top-level field, up to the next one or the comments above that. */
function placeOf(yaml: string, name: string): { start: number; end: number } | null {
  const { contents } = parseDocument(yaml, { version: '1.2' });
  if (!isMap(contents)) return null;
  const keys = contents.items.flatMap((pair) => (isPair(pair) && isScalar(pair.key) ? [pair.key] : []));
  const index = keys.findIndex((key) => key.value === name);
  const start = keys[index]?.range?.[0];
  if (start === undefined) return null;
  const next = keys[index + 1]?.range?.[0] ?? yaml.length;
  let end = next;
  // Comments and blank lines before the next field belong to it.
  for (const match of [...yaml.slice(start, next).matchAll(/[^\n]*\n/g)].reverse()) {
    if (match.index === 0 || !/^(?:#.*|\s*)\r?\n$/.test(match[0])) break;
    end = start + match.index;
  }
  return { start, end };
}

function withAnswers(
  file: string,
  headless: Lang | null,
  answers: Readonly<Partial<Record<Lang, string | undefined>>>,
  eol: string,
): string {
  const { bodyOffset } = splitFrontMatter(file);
  const head = file.slice(0, bodyOffset);
  let body = file.slice(bodyOffset);
  if (headless !== null) {
    const blank = /^(?:[^\S\n]*\n)*/.exec(body)?.[0] ?? '';
    body = `${blank}${headingNames[headless]}${eol}${body.slice(blank.length)}`;
  }
  for (const lang of langs) {
    const answer = answers[lang]?.replaceAll('\n', eol);
    if (answer === undefined) continue;
    const heading = headings[lang].exec(body);
    if (heading) {
      const at = heading.index + heading[0].length;
      body = `${body.slice(0, at)}${eol}${answer}${eol}${body.slice(at)}`;
    } else body = `${body.trimEnd()}${eol}${eol}${headingNames[lang]}${eol}${answer}${eol}`;
  }
  return head + body;
}

function mergeStatements(
  sketch: Sketch,
  { statements = {} }: Proposal,
): { text: string | null; added: string[]; ignored: string[] } {
  const proposed = Object.keys(statements);
  const ignored = proposed.filter((id) => sketch.taught.has(id));
  const added = proposed.filter((id) => !sketch.taught.has(id));
  if (added.length === 0) return { text: null, added, ignored };
  const fresh = toYaml(Object.fromEntries(added.map((id) => [id, statements[id]])));
  const before = sketch.statementsText ?? '';
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  // `{}` stands for a file without statements.
  const kept = sketch.taught.size === 0 ? before.replace(/^\s*\{\s*\}\s*$/mu, '') : before;
  const joined = kept.trim() === '' ? '' : kept.endsWith('\n') ? kept : kept + eol;
  return { text: joined + fresh.replaceAll('\n', eol), added, ignored };
}
