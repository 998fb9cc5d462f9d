/** Everything the coach says in its own words, in one shape for both languages. */
import type { Lang, Mode, VerdictValue } from '../../protocol.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

/** Wordings that say the same; one is chosen by the seed. */
export type Variants = readonly [string, ...string[]];

/** What small talk is about, as far as it matters for an answer. */
export type ChatterKind =
  | 'greeting'
  | 'identity'
  | 'help'
  | 'scoring'
  | 'topics'
  | 'thanks'
  | 'insult'
  | 'nerves'
  | 'orders'
  | 'nod'
  | 'other';

/** Why a reply could not be graded or a question not be answered. */
export type FailureKind = 'timeout' | 'model-away' | 'local' | 'other';

export interface ReportTexts {
  readonly title: string;
  readonly none: string;
  readonly summary: (graded: number, asked: number, mean: string) => string;
  readonly aidedApart: (unaided: string, unaidedCount: number, aided: string, aidedCount: number) => string;
  readonly allAided: string;
  readonly questions: string;
  readonly line: (number: number, question: string, score: string) => string;
  readonly outcome: Readonly<Record<'ungraded' | 'skipped' | 'dont-know' | 'open', string>>;
  readonly score: (total: string, aided: boolean) => string;
  /** Behind a score: the chat models that took part, and whether one is still to read. */
  readonly judged: (models: readonly string[], provisional: boolean) => string;
  readonly byModule: string;
  readonly moduleLine: (module: string, mean: string, count: number) => string;
  readonly weakest: string;
  readonly value: Readonly<Record<VerdictValue, string>>;
  /** `question`: its number in the report; null when there is only one. */
  readonly weakLine: (value: string, claim: string, question: number | null) => string;
  readonly readNext: string;
  readonly feedback: string;
}

export interface Texts {
  readonly greeting: (mode: Mode) => Variants;
  readonly chatter: Readonly<Record<Exclude<ChatterKind, 'topics'>, Variants>>;
  readonly topics: (modules: string) => string;
  /** The other mode is wanted while a question is open. */
  readonly modeLater: string;
  /** Small talk after the end. */
  readonly afterEnd: Variants;
  readonly noWayBack: string;
  readonly noneBefore: string;
  readonly similar: string;
  readonly back: (question: string) => Variants;
  readonly repeat: (question: string) => Variants;
  /** `parts`: the sentences of the question, each of which wants an answer. */
  readonly clarify: (parts: readonly string[]) => Variants;
  readonly clarifyFollowUp: (question: string, main: string) => Variants;
  readonly nudge: Variants;
  readonly confirmIntent: Variants;
  readonly noMoreHints: Variants;
  readonly nothingOpen: Readonly<Record<'hint' | 'explain' | 'repeat' | 'reply', string>>;
  readonly nothingToReport: string;
  /** The same while a question is open. */
  readonly nothingYet: string;
  readonly reportAtEnd: (replied: number, asked: number) => string;
  readonly noted: Variants;
  readonly skipped: Variants;
  readonly dontKnow: Readonly<Record<Mode, Variants>>;
  readonly dontKnowFollowUp: Variants;
  readonly afterReference: Variants;
  readonly failure: Readonly<Record<FailureKind, string>>;
  readonly ungraded: (reason: string) => string;
  readonly unanswered: (reason: string) => string;
  readonly regraded: (number: number) => string;
  /** `words`: null when they are not the candidate's own. */
  readonly noSuchTopic: (words: string | null, modules: string) => string;
  readonly noEntries: string;
  readonly entryGone: string;
  readonly planned: (what: string, count: number) => Variants;
  readonly plannedOne: Variants;
  /** What a plan is about, as `planned` says it. */
  readonly aboutTopic: (words: string) => string;
  readonly aboutArea: (area: string) => string;
  readonly shifted: (shift: string, area: string) => string;
  readonly askedBefore: string;
  readonly harder: string;
  readonly easier: string;
  readonly hard: string;
  readonly easy: string;
  readonly another: string;
  readonly languageChanged: string;
  readonly languageSame: string;
  readonly bye: Variants;
  readonly finished: Variants;
  readonly anotherRound: Variants;
  readonly stopped: string;
  readonly questionTotal: (total: string, aided: boolean) => string;
  /** Feedback while a follow-up on the open points is still to come. */
  readonly established: (claims: readonly string[]) => Variants;
  readonly nothingEstablished: Variants;
  readonly nothingNew: Variants;
  readonly probe: {
    readonly contradicted: (quote: string) => Variants;
    readonly partial: (quote: string) => Variants;
    /** `part`: the part of the question that is still open; null when it cannot be told apart from the rest. */
    readonly missing: (part: string | null) => Variants;
    readonly missingAfter: (quote: string, part: string | null) => Variants;
    readonly quote: (quote: string) => string;
  };
  readonly dispute: {
    readonly nothing: string;
    readonly atEnd: string;
    /** The message names no point: these are the ones that are not met, numbered. */
    readonly which: (points: readonly { readonly number: number; readonly claim: string }[]) => string;
    /** The same while a follow-up is open, which the list would answer. */
    readonly whichOpen: string;
    readonly allMet: string;
    readonly alreadyMet: (claim: string) => string;
    readonly upheld: (
      claim: string,
      replySpan: string | null,
      referenceSpan: string,
      value: string,
    ) => string;
    readonly changed: (
      claim: string,
      replySpan: string,
      referenceSpan: string,
      before: string,
      after: string,
    ) => string;
    readonly unclear: (claim: string, replySpan: string | null, referenceSpan: string) => string;
  };
  readonly modules: Readonly<Record<string, string>>;
  readonly report: ReportTexts;
}

const byLang: Readonly<Record<Lang, Texts>> = { zh, en };

export function textsFor(lang: Lang): Texts {
  return byLang[lang];
}

/** A module's name for people; its id when it has none. */
export function moduleName(module: string, lang: Lang): string {
  return byLang[lang].modules[module] ?? module;
}

/** The names of the modules, each once, as one enumeration. */
export function moduleNames(modules: readonly string[], lang: Lang): string {
  const names = [...new Set(modules)].sort().map((module) => moduleName(module, lang));
  return names.join(lang === 'zh' ? '、' : ', ');
}

/** A total as people read it: `7`, `7.5`. */
export function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}
