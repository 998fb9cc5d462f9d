/** Text of an entry file (and of its statements file) → Entry, or the problems that stand in the way. */
import type { z } from 'zod';
import { messageOf } from '../errors.ts';
import type { Lang } from '../protocol.ts';
import {
  frontMatterSchema,
  langs,
  statementLabelSchema,
  statementsFileSchema,
  type Entry,
  type KeyPoint,
  type Section,
  type Statement,
} from './entry.ts';
import type { Figure } from './figure.ts';
import { readYaml, splitFrontMatter, YamlError, type YamlSource } from './front-matter.ts';
import type { FigureShelf } from './load-figures.ts';
import { lineAt, type Problem } from './problem.ts';

export interface EntrySource {
  /** Relative to the corpus folder, with forward slashes. */
  readonly file: string;
  readonly text: string;
  /** null when there is no statements file. */
  readonly statements: { readonly file: string; readonly text: string } | null;
  /** The figures there are; default: none. */
  readonly figures?: FigureShelf;
}

export type ParsedEntry =
  | { readonly entry: Entry; readonly problems: readonly Problem[] }
  | { readonly entry: null; readonly problems: readonly Problem[] };

/** The lines above the two answers. */
export const headings: Readonly<Record<Lang, RegExp>> = {
  zh: /^##[ \t]+参考答案[ \t]*$/m,
  en: /^##[ \t]+Reference answer[ \t]*$/m,
};
export const headingNames: Readonly<Record<Lang, string>> = { zh: '## 参考答案', en: '## Reference answer' };

/** Never throws on bad input: everything wrong comes back as problems with file and line. */
export function parseEntry(source: EntrySource): ParsedEntry {
  const problems: Problem[] = [];
  const complain = (line: number, message: string, file = source.file) => {
    problems.push({ file, line, message, severity: 'error' });
  };
  const fail = (): ParsedEntry => ({ entry: null, problems });

  let split;
  let yaml: YamlSource;
  try {
    split = splitFrontMatter(source.text);
  } catch (error) {
    complain(error instanceof YamlError ? error.line : 1, message(error));
    return fail();
  }
  try {
    yaml = readYaml(split.yaml);
  } catch (error) {
    // +1: the YAML begins on the line after '---'; gray-matter keeps the newline that ends that line.
    const offset = split.yaml.startsWith('\n') || split.yaml.startsWith('\r\n') ? 0 : 1;
    complain((error instanceof YamlError ? error.line : 1) + offset, `front matter: ${message(error)}`);
    return fail();
  }
  const yamlLine = (path: readonly PropertyKey[]) => yaml.lineOf(path) + (/^\r?\n/.test(split.yaml) ? 0 : 1);

  const front = frontMatterSchema.safeParse(yaml.value);
  if (!front.success) {
    for (const issue of front.error.issues) complain(yamlLine(issue.path), explain(issue));
    return fail();
  }

  const [module = '', ...rest] = front.data.id.split('/');
  const section = rest.length > 1 ? (rest[0] ?? '') : '';
  const sections = readSections(source.text, split.bodyOffset, complain);
  if (!sections) return fail();

  const statements = readStatements(source, problems);
  const keyPoints: KeyPoint[] = [];
  const seen = new Set<string>();
  for (const [index, point] of front.data.keyPoints.entries()) {
    if (seen.has(point.id)) {
      complain(
        yamlLine(['keyPoints', index, 'id']),
        `key point '${point.id}' stands twice: ids must differ within an entry`,
      );
    }
    seen.add(point.id);
    const reference: Partial<Record<Lang, { start: number; end: number; text: string }>> = {};
    for (const lang of langs) {
      const text = point.reference[lang].trim();
      const start = sections[lang].text.indexOf(text);
      if (start === -1) {
        complain(
          yamlLine(['keyPoints', index, 'reference', lang]),
          `key point '${point.id}': the ${lang} reference "${shorten(text)}" is not verbatim in '${headingNames[lang]}'; copy a span from there`,
        );
      } else {
        reference[lang] = { start, end: start + text.length, text };
      }
    }
    if (reference.zh && reference.en) {
      keyPoints.push({
        id: point.id,
        weight: point.weight,
        zh: point.zh,
        en: point.en,
        reference: { zh: reference.zh, en: reference.en },
        statements: statements.get(point.id) ?? [],
      });
    }
  }
  for (const [index, followUp] of front.data.followUps.entries()) {
    if (!seen.has(followUp.on)) {
      complain(
        yamlLine(['followUps', index, 'on']),
        `follow-up on '${followUp.on}': no key point has this id`,
      );
    }
  }
  for (const id of statements.keys()) {
    if (!seen.has(id) && source.statements) {
      complain(
        1,
        `statements for '${id}': ${source.file} has no key point with this id`,
        source.statements.file,
      );
    }
  }
  if (problems.some((problem) => problem.severity === 'error')) return fail();
  // A question without its figure is still a question: these problems leave the figure out, not the entry.
  const figures: Figure[] = [];
  for (const [index, reference] of front.data.figures.entries()) {
    const images = source.figures?.get(reference.file);
    if (images) figures.push({ ...reference, images });
    // null was reported where it stands
    else if (images === undefined) {
      const path = reference.file.replace('/', '/figures/');
      complain(
        yamlLine(['figures', index, 'file']),
        `figure '${reference.file}': there is no ${path}.svg, nor ${path}.zh.svg and ${path}.en.svg`,
      );
    }
  }
  return {
    entry: {
      ...front.data,
      figures,
      module,
      section,
      keyPoints,
      sections,
      answer: { zh: sections.zh.text, en: sections.en.text },
      file: source.file,
    },
    problems,
  };
}

/** The text under the two headings, each up to the other heading or the end of the file. */
function readSections(
  file: string,
  bodyOffset: number,
  complain: (line: number, message: string) => void,
): Record<Lang, Section> | null {
  const body = file.slice(bodyOffset);
  const marks = langs.map((lang) => {
    const match = headings[lang].exec(body);
    if (!match)
      complain(
        lineAt(file, bodyOffset),
        `missing section: add a line '${headingNames[lang]}' and the answer under it`,
      );
    return { lang, start: match?.index ?? -1, end: match ? match.index + match[0].length : -1 };
  });
  if (marks.some((mark) => mark.start === -1)) return null;
  const sections: Partial<Record<Lang, Section>> = {};
  for (const mark of marks) {
    const next = marks.filter((other) => other.start > mark.start).map((other) => other.start);
    const raw = body.slice(mark.end, Math.min(body.length, ...next));
    const lead = raw.length - raw.trimStart().length;
    const text = raw.trim();
    if (!text) {
      complain(
        lineAt(file, bodyOffset + mark.start),
        `section '${headingNames[mark.lang]}' is empty: write the answer under it`,
      );
      return null;
    }
    sections[mark.lang] = { text, fileOffset: bodyOffset + mark.end + lead };
  }
  return sections.zh && sections.en ? { zh: sections.zh, en: sections.en } : null;
}

function readStatements(source: EntrySource, problems: Problem[]): Map<string, Statement[]> {
  const found = new Map<string, Statement[]>();
  if (!source.statements) return found;
  const { file, text } = source.statements;
  let yaml: YamlSource;
  try {
    yaml = readYaml(text);
  } catch (error) {
    problems.push({
      file,
      line: error instanceof YamlError ? error.line : 1,
      message: message(error),
      severity: 'error',
    });
    return found;
  }
  const parsed = statementsFileSchema.safeParse(yaml.value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      problems.push({ file, line: yaml.lineOf(issue.path), message: explain(issue), severity: 'error' });
    }
    return found;
  }
  for (const [id, labels] of Object.entries(parsed.data)) {
    found.set(
      id,
      statementLabelSchema.options.flatMap((label) =>
        langs.flatMap((lang) => labels[label][lang].map((wording) => ({ label, lang, text: wording }))),
      ),
    );
  }
  return found;
}

/** A zod issue in words, with the path to the value. */
export function explain(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.') || 'front matter';
  if (issue.code === 'unrecognized_keys') {
    return `${path === 'front matter' ? '' : `${path}: `}unknown field ${issue.keys.map((key) => `'${key}'`).join(', ')}: remove it or correct its name`;
  }
  return `${path}: ${issue.message}`;
}

function message(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
