/** An entry on its way: a file with a question and an answer, in one language or both, and whatever else is there already. */
import { z } from 'zod';
import { frontMatterSchema, langs, statementsFileSchema } from '../corpus/entry.ts';
import { readYaml, splitFrontMatter, YamlError, type YamlSource } from '../corpus/front-matter.ts';
import { explain, headings } from '../corpus/parse-entry.ts';
import { messageOf, VivaError } from '../errors.ts';
import type { Lang } from '../protocol.ts';

type PerLang = Readonly<Partial<Record<Lang, string | undefined>>>;

const line = z.string().trim().min(1);
const sketchSchema = z
  .strictObject({
    ...frontMatterSchema.shape,
    question: z.union([line, z.strictObject({ zh: line.optional(), en: line.optional() })]),
  })
  .partial();
type Fields = z.infer<typeof sketchSchema>;

export interface Sketch {
  /** As the caller named it; it stands in every message. */
  readonly file: string;
  readonly text: string;
  readonly question: PerLang;
  readonly answer: PerLang;
  /** What the front matter has and what is no empty list. */
  readonly fields: Fields;
  /** null: no statements file. */
  readonly statementsText: string | null;
  /** Key points that have statements. */
  readonly taught: ReadonlySet<string>;
  /** The whole body is the answer in this language: no heading says so. */
  readonly headless: Lang | null;
}

/** zh as soon as a tenth of the letters are Han: English terms are many in Chinese texts. */
export function langOf(text: string): Lang {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return han * 10 >= (text.match(/\p{L}/gu)?.length ?? 0) && han > 0 ? 'zh' : 'en';
}

/**
 * Reads an entry file that may still lack most of its fields.
 * @throws VivaError `corpus-invalid` with file and line for what is there and cannot be read, and when there is no question
 * or no answer at all.
 */
export function readSketch(file: string, text: string, statementsText: string | null): Sketch {
  const refuse = (at: number, message: string): VivaError =>
    new VivaError('corpus-invalid', `${file}:${at}: ${message}`);
  let split;
  let yaml: YamlSource;
  try {
    split = splitFrontMatter(text);
  } catch (error) {
    const start = '---\\nquestion: …\\n---\\nthe answer';
    throw unreadable(error, refuse, 0, `; the least that a draft can be made for is "${start}"`);
  }
  const shift = /^\r?\n/.test(split.yaml) ? 0 : 1;
  try {
    yaml = readYaml(split.yaml);
  } catch (error) {
    throw unreadable(error, refuse, shift, '');
  }
  const value = yaml.value ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw refuse(1, "the front matter is no list of fields: begin with a line 'question: …'");
  }
  const filled = Object.fromEntries(Object.entries(value).filter(([, one]) => !isEmpty(one)));
  const parsed = sketchSchema.safeParse(filled);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(
      issue ? yaml.lineOf(issue.path) + shift : 1,
      `${issue ? explain(issue) : 'cannot be read'}; mend it, or take it out to have it drafted`,
    );
  }
  const { question: asked } = parsed.data;
  const question: PerLang =
    typeof asked === 'string'
      ? { [langOf(asked)]: asked }
      : Object.fromEntries(Object.entries(asked ?? {}).filter(([, one]) => one !== undefined));
  if (Object.keys(question).length === 0) {
    throw refuse(1, "no question: add a line 'question: …' to the front matter");
  }
  const { answer, headless } = readAnswers(text.slice(split.bodyOffset));
  if (Object.keys(answer).length === 0) {
    throw refuse(1, 'no answer: write the reference answer under the front matter');
  }
  return {
    file,
    text,
    question,
    answer,
    fields: parsed.data,
    statementsText,
    taught: readTaught(file, statementsText),
    headless,
  };
}

function unreadable(
  error: unknown,
  refuse: (at: number, message: string) => VivaError,
  shift: number,
  more: string,
): unknown {
  if (!(error instanceof YamlError))
    return refuse(1, `front matter: ${messageOf(error).split('\n', 1)[0]}${more}`);
  return refuse(error.line + shift, `${error.message.split('\n', 1)[0]}${more}`);
}

/** The text under each heading; without a heading, the whole body. */
function readAnswers(body: string): { answer: PerLang; headless: Lang | null } {
  const marks = langs.flatMap((lang) => {
    const match = headings[lang].exec(body);
    return match ? [{ lang, start: match.index, end: match.index + match[0].length }] : [];
  });
  if (marks.length === 0) {
    const whole = body.trim();
    const lang = langOf(whole);
    return whole === '' ? { answer: {}, headless: null } : { answer: { [lang]: whole }, headless: lang };
  }
  const answer: Partial<Record<Lang, string>> = {};
  for (const mark of marks) {
    const next = marks.filter((other) => other.start > mark.start).map((other) => other.start);
    const text = body.slice(mark.end, Math.min(body.length, ...next)).trim();
    if (text !== '') answer[mark.lang] = text;
  }
  return { answer, headless: null };
}

function readTaught(file: string, text: string | null): Set<string> {
  if (text === null) return new Set();
  const name = file.replace(/\.md$/, '.statements.yaml');
  try {
    const value = readYaml(text).value ?? {};
    const parsed = statementsFileSchema.safeParse(value);
    if (parsed.success) return new Set(Object.keys(parsed.data));
    const issue = parsed.error.issues[0];
    throw new VivaError('corpus-invalid', `${name}: ${issue ? explain(issue) : 'cannot be read'}`);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new VivaError('corpus-invalid', `${name}:${error.line}: ${error.message.split('\n', 1)[0]}`);
  }
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
