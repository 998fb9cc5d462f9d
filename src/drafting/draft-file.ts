/** The file that a draft waits in, beside its entry: written, read back, and never in use as it is. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { frontMatterSchema, statementsFileSchema } from '../corpus/entry.ts';
import { readYaml, YamlError } from '../corpus/front-matter.ts';
import { draftEnding } from '../corpus/load-corpus.ts';
import { explain } from '../corpus/parse-entry.ts';
import { VivaError } from '../errors.ts';
import type { LeftOut } from './ask.ts';

const line = z.string().trim().min(1);
const perLang = z.strictObject({ zh: line.optional(), en: line.optional() });
const { shape } = frontMatterSchema;
const point = shape.keyPoints.element;

/** Lists may be shorter than an entry needs: the reader adds what is missing before accepting. */
export const proposalSchema = z.strictObject({
  question: perLang.optional(),
  answer: perLang.optional(),
  askedAs: z.strictObject({ zh: z.array(line), en: z.array(line) }).optional(),
  keyPoints: z.array(point).optional(),
  misconceptions: z.array(shape.misconceptions.unwrap().element).optional(),
  hints: z.array(z.strictObject({ zh: line, en: line })).optional(),
  followUps: z.array(shape.followUps.element).optional(),
  statements: statementsFileSchema.optional(),
});
export type Proposal = z.infer<typeof proposalSchema>;

export const draftFormat = 'viva-draft/1';

const draftSchema = z.strictObject({
  format: z.literal(draftFormat),
  /** Turned to true by whoever has read it. */
  reviewed: z.boolean(),
  model: line,
  prompt: line,
  proposes: proposalSchema,
});
export type Draft = z.infer<typeof draftSchema>;

/** Where the draft of an entry waits. */
export function draftFileOf(entryFile: string): string {
  return entryFile.replace(/\.md$/, draftEnding);
}

/** The text of a draft file: what to do with it and what was left out, as comments, then the proposals. */
export function writeDraft(draft: Draft, entryFile: string, leftOut: readonly LeftOut[]): string {
  const comments = [
    `A draft by a chat model for ${entryFile}. It is not in use.`,
    'Read every line. Mend what is nearly right, delete what is wrong, add what is missing.',
    `Then set reviewed to true and run: viva draft --accept ${entryFile}`,
    ...(leftOut.length > 0 ? ['', 'Proposed and left out:'] : []),
    ...leftOut.map(({ what, reason }) => `- ${what}: ${reason}`),
  ].map((text) => `# ${text.replace(/\s+/gu, ' ')}`.trimEnd());
  return `${comments.join('\n')}\n${toYaml(draft)}`;
}

/** YAML as the bank writes it: no folded lines. */
export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, version: '1.2', aliasDuplicateObjects: false });
}

/** @throws VivaError `corpus-invalid` with file and line. */
export function readDraft(file: string, text: string): Draft {
  try {
    const yaml = readYaml(text);
    const parsed = draftSchema.safeParse(yaml.value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new VivaError(
      'corpus-invalid',
      `${file}:${issue ? yaml.lineOf(issue.path) : 1}: ${issue ? explain(issue) : 'cannot be read'}`,
    );
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new VivaError('corpus-invalid', `${file}:${error.line}: ${error.message.split('\n', 1)[0]}`);
  }
}
