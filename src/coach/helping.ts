/** Hints, and what a question means: decided here, worded by whoever does it best. */
import type { PhraseEffect } from './effects.ts';
import type { Progress } from './progress.ts';
import { openProgress, type Message } from './state.ts';
import type { Turn } from './turn.ts';

/** The next hint to the open question; null when none is left. */
export function hintEffect(turn: Turn, message: Message): PhraseEffect | null {
  const opened = openedQuestion(turn);
  const hint = opened?.entry.hints[opened.progress.hints];
  if (!opened || !hint) return null;
  const { progress } = opened;
  return {
    ...effectOf(turn, message, opened),
    purpose: 'hint',
    level: progress.hints + 1,
    local: hint[turn.state.lang],
  };
}

/** What the open question means; null when none is open. */
export function clarifyEffect(turn: Turn, message: Message): PhraseEffect | null {
  const opened = openedQuestion(turn);
  if (!opened) return null;
  const question = opened.entry.question[turn.state.lang];
  const local = turn.choose(
    opened.open.kind === 'follow-up'
      ? turn.texts.clarifyFollowUp(opened.open.text, question)
      : turn.texts.clarify(sentencesOf(question)),
  );
  return { ...effectOf(turn, message, opened), purpose: 'clarify', level: 0, local };
}

/** Says it, in the better wording where there is one. */
export function onPhrased(
  turn: Turn,
  effect: PhraseEffect,
  phrased: { readonly text: string; readonly by: string } | null,
): void {
  const { text, ...author } = phrased ?? { text: effect.local };
  if (effect.purpose === 'clarify') turn.emit({ type: 'coach.said', about: 'clarify', text, ...author });
  else turn.emit({ type: 'hint.given', entryId: effect.entryId, level: effect.level, text, ...author });
}

function openedQuestion(turn: Turn) {
  const { open } = turn.state;
  const progress = openProgress(turn.state);
  const entry = progress ? turn.entry(progress.entryId) : null;
  return open && progress && entry ? { open, progress, entry } : null;
}

function effectOf(
  turn: Turn,
  message: Message,
  { open, progress, entry }: NonNullable<ReturnType<typeof openedQuestion>>,
): Omit<PhraseEffect, 'purpose' | 'level' | 'local'> {
  const { lang } = turn.state;
  return {
    type: 'phrase',
    entryId: entry.id,
    question: open.text,
    main: open.kind === 'follow-up' ? entry.question[lang] : null,
    message: message.text,
    said: progress.replies.map(({ text }) => text),
    unmet: unmetPoints(
      progress,
      entry.keyPoints.map(({ id }) => id),
    ),
    lang,
  };
}

/** Of these key points, the ones that no reply has made in full. */
export function unmetPoints(progress: Progress, ids: readonly string[]): string[] {
  return ids.filter((id) => progress.points.get(id)?.value !== 'covered');
}

/** The sentences of a question, each of which wants an answer. */
function sentencesOf(question: string): string[] {
  return question
    .split(/(?<=[。？?！!])|(?<=\.)\s+(?=[A-Z])/u)
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}
