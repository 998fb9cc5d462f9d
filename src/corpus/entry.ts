/** What an entry is: one interview question with its reference answer, key points and statements. */
import { z } from 'zod';
import { entryKindSchema, langSchema, type Lang } from '../protocol.ts';
import { figureReferenceSchema, type Figure } from './figure.ts';

/** Text in both languages; neither may be empty. */
const bilingual = z.strictObject({ zh: z.string().trim().min(1), en: z.string().trim().min(1) });

const slug = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'lower-case letters, digits and single hyphens');

/** `module/section/nn`, or `module/nn` in a module without sections. */
export const entryIdSchema = z
  .string()
  .regex(
    /^[a-z0-9-]+(?:\/[a-z0-9-]+){1,2}$/,
    'like llm/language/05: parts of a-z, 0-9 and - between slashes',
  );

const keyPointSchema = z.strictObject({
  id: slug,
  weight: z.int().min(1).max(3),
  zh: z.string().trim().min(1),
  en: z.string().trim().min(1),
  reference: bilingual,
});

const misconceptionSchema = z.strictObject({
  id: slug,
  zh: z.string().trim().min(1),
  en: z.string().trim().min(1),
  correction: bilingual,
  /** What asserting it costs; the same scale as a key point's weight. */
  weight: z.int().min(1).max(3).default(1),
});
export type Misconception = z.infer<typeof misconceptionSchema>;

/** The YAML front matter of an entry file. */
export const frontMatterSchema = z.strictObject({
  id: entryIdSchema,
  kind: entryKindSchema,
  difficulty: z.int().min(1).max(5),
  tags: z.array(z.string().min(1)).min(1).max(12),
  question: bilingual,
  askedAs: z.strictObject({
    zh: z.array(z.string().trim().min(1)).min(2),
    en: z.array(z.string().trim().min(1)).min(2),
  }),
  keyPoints: z.array(keyPointSchema).min(1).max(12),
  misconceptions: z.array(misconceptionSchema).max(8).default([]),
  hints: z.array(bilingual).length(3),
  followUps: z.array(bilingual.extend({ on: slug })).min(1),
  sources: z
    .array(
      z.strictObject({
        title: z.string().trim().min(1),
        year: z.int().min(1900).max(2100),
        url: z.url({ protocol: /^https?$/ }).optional(),
      }),
    )
    .min(1),
  related: z.array(entryIdSchema).default([]),
  figures: z.array(figureReferenceSchema).max(4).default([]),
});

export const statementLabelSchema = z.enum(['covered', 'partial', 'contradicted']);
export type StatementLabel = z.infer<typeof statementLabelSchema>;

const wordings = z.strictObject({
  zh: z.array(z.string().trim().min(1)).default([]),
  en: z.array(z.string().trim().min(1)).default([]),
});

/** The statements file beside an entry: key point id → label → language → wordings. */
export const statementsFileSchema = z.record(
  slug,
  z.strictObject({ covered: wordings, partial: wordings, contradicted: wordings }),
);

/** One worked wording of a key point, as a candidate might say it. */
export interface Statement {
  readonly label: StatementLabel;
  readonly lang: Lang;
  readonly text: string;
}

/** One atomic yes/no claim that a good reply makes. */
export interface KeyPoint {
  readonly id: string;
  /** 3 the heart, 2 important, 1 nice to have. */
  readonly weight: number;
  readonly zh: string;
  readonly en: string;
  /** Where the claim stands in the reference answer: offsets into `Entry.answer[lang]`, `end` exclusive. */
  readonly reference: Readonly<Record<Lang, { start: number; end: number; text: string }>>;
  /** Empty for entries without a statements file. */
  readonly statements: readonly Statement[];
}

/** A reference answer in one language, and where it begins in its file. */
export interface Section {
  readonly text: string;
  /** UTF-16 offset of `text` in the file. */
  readonly fileOffset: number;
}

type FrontMatter = z.infer<typeof frontMatterSchema>;

export interface Entry extends Omit<FrontMatter, 'keyPoints' | 'figures'> {
  readonly module: string;
  /** '' in a module without sections. */
  readonly section: string;
  readonly keyPoints: readonly KeyPoint[];
  readonly answer: Readonly<Record<Lang, string>>;
  readonly sections: Readonly<Record<Lang, Section>>;
  /** Those that could be used, in the order of the front matter. */
  readonly figures: readonly Figure[];
  /** Path of the entry file relative to the corpus folder, with forward slashes. */
  readonly file: string;
}

export const langs = langSchema.options;
