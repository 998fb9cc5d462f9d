/** What the coach asks of the world before it can answer, and what comes back. */
import type { Answer, Grade, Lang, Mode, PlanRequest, Verdict, VerdictValue } from '../protocol.ts';
import type { OwnResult } from '../answering/own-results.ts';
import type { Entry } from '../corpus/entry.ts';
import type { Proposal } from '../grading/grader.ts';
import type { NewEvent } from '../protocol.ts';
import type { FailureKind } from './texts/texts.ts';

/** The entries an interview is held on, by id. */
export type Material = ReadonlyMap<string, Entry>;

export interface GradeEffect {
  readonly type: 'grade';
  readonly entryId: string;
  readonly replySeq: number;
  readonly reply: string;
  readonly question: string;
  readonly scope: 'question' | 'follow-up';
  /** null: all key points. The first is the one a follow-up is after. */
  readonly keyPointIds: readonly string[] | null;
  readonly lang: Lang;
  readonly aided: boolean;
}

export interface AnswerEffect {
  readonly type: 'answer';
  readonly question: string;
  readonly lang: Lang;
  /** The entry of the open question, whose reference must not be looked up; null when none is open. */
  readonly openEntryId: string | null;
  /** What the candidate may be told of the grades so far. */
  readonly results: readonly OwnResult[];
}

export interface FindTopicEffect {
  readonly type: 'find-topic';
  readonly words: string;
  readonly lang: Lang;
  /** What else the plan asks for. */
  readonly request: PlanRequest;
  /** One question is meant: it comes first and the present plan goes on after it. */
  readonly one: boolean;
  readonly mode?: Mode;
}

export interface RejudgeEffect {
  readonly type: 'rejudge';
  readonly entryId: string;
  readonly keyPointId: string;
  /** The disputed verdict. */
  readonly before: VerdictValue;
  /** Everything said to the question, in order. */
  readonly replies: readonly { readonly seq: number; readonly text: string; readonly question: string }[];
  /** Why the candidate disagrees. */
  readonly argument: string;
  readonly lang: Lang;
}

/** Something to say for which a better wording may be found; `local` is said without one. */
export interface PhraseEffect {
  readonly type: 'phrase';
  readonly purpose: 'hint' | 'clarify';
  readonly entryId: string;
  /** The open question, as asked; `main` is the main question when a follow-up is open. */
  readonly question: string;
  readonly main: string | null;
  /** What the candidate said just now. */
  readonly message: string;
  /** The candidate's replies to this question so far. */
  readonly said: readonly string[];
  /** Of a hint, 1–3. */
  readonly level: number;
  /** Key points not made yet: the wording must not state them. */
  readonly unmet: readonly string[];
  readonly local: string;
  readonly lang: Lang;
}

export type Effect = GradeEffect | AnswerEffect | FindTopicEffect | RejudgeEffect | PhraseEffect;

/** An entry that a topic's words found. */
export interface TopicHit {
  readonly entryId: string;
  /** Best cosine similarity among the entry's chunks; null when vectors did not find it. */
  readonly similarity: number | null;
}

export interface Failure {
  readonly type: 'failed';
  readonly kind: FailureKind;
  /** Who should have judged, for the record of an ungraded reply. */
  readonly judge: string;
}

/** A follow-up in a chat model's words, as it came: nobody has checked yet that it gives nothing away. */
export type ProposedFollowUp = Proposal;

export type EffectResult =
  | { readonly type: 'graded'; readonly grade: Grade; readonly proposedFollowUp?: ProposedFollowUp }
  | { readonly type: 'answered'; readonly answer: Answer }
  | { readonly type: 'found'; readonly hits: readonly TopicHit[] }
  /** Null: the coach's own wording is the best there is. */
  | { readonly type: 'phrased'; readonly phrased: { readonly text: string; readonly by: string } | null }
  /** One verdict per reply, in order. */
  | { readonly type: 'rejudged'; readonly verdicts: readonly Verdict[]; readonly by: string }
  | Failure;

/** The coach's next move: events to store, or an effect whose result `resolve` turns into events. */
export type Step =
  | { readonly type: 'events'; readonly events: readonly NewEvent[] }
  | { readonly type: 'effect'; readonly effect: Effect };
