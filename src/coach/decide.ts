/**
 * The interview's state machine: what the coach does with the message that waits for it.
 * Pure: the same state, material and seed give the same step.
 */
import { containment } from '../corpus/content-tokens.ts';
import type { Intent, Mode } from '../protocol.ts';
import { askNext, finish, hasNext, leaveOpen } from './asking.ts';
import { chatterKind, wantedMode, wantsToStart } from './chatter.ts';
import { detectLang } from './detect-lang.ts';
import { decideDispute } from './disputes.ts';
import type { Effect, Material, Step } from './effects.ts';
import { followUpText } from './follow-up.ts';
import { dontKnow, gradeEffect } from './grading.ts';
import { clarifyEffect, hintEffect } from './helping.ts';
import { ownResults } from './own-results.ts';
import { namedQuestion, namesQuestion } from './references.ts';
import { buildReport } from './report.ts';
import { openProgress, pendingMessage, round, type CoachState, type Message } from './state.ts';
import { changeTopic, startDefault } from './topics.ts';
import { moduleNames, textsFor, type ChatterKind } from './texts/texts.ts';
import { Turn } from './turn.ts';
import { inDoubt } from './unsure.ts';

/** Adds to the turn what can be said at once; what needs the world first comes back as an effect. */
type Handler = (turn: Turn, message: Message) => Effect | void;

/** The next step for the pending message; no events when none is pending. */
export function decide(state: CoachState, material: Material, seed: number): Step {
  const message = pendingMessage(state);
  if (!message) return { type: 'events', events: [] };
  const turn = new Turn(state, material, seed);
  const confirmed = state.held ? readConfirmation(message) : null;
  const effect =
    state.held && confirmed
      ? handlers[confirmed](turn, { ...state.held, intent: confirmed, confidence: 1 })
      : handle(turn, message);
  return effect ? { type: 'effect', effect } : { type: 'events', events: turn.events };
}

function handle(turn: Turn, message: Message): Effect | void {
  const { open } = turn.state;
  if (!hasWords(message.text) && (message.intent === 'reply' || message.intent === 'question')) {
    return handlers.empty(turn, message);
  }
  if (open && inDoubt(message)) {
    turn.say('confirm-intent', turn.texts.confirmIntent);
    return;
  }
  if (open && message.intent === 'question' && asksTheOpenQuestion(message.text, open.text)) {
    return handlers.explain(turn, message);
  }
  if (message.intent === 'clarify' && chatterKind(message.text) === 'insult') {
    return handlers.chatter(turn, message);
  }
  if (asksForMoreHints(turn.state, message)) return handlers.hint(turn, message);
  return handlers[message.intent](turn, message);
}

const notAHint: ReadonlySet<Intent> = new Set(['skip', 'change-topic', 'chatter', 'repeat']);

/** "Another one" after a hint is another hint, and no other question. */
function asksForMoreHints(state: CoachState, message: Message): boolean {
  const progress = openProgress(state);
  if (!progress || progress.hints === 0 || progress.replies.length > 0) return false;
  return (
    notAHint.has(message.intent) &&
    /^\W*(?:再来一?[个条]|再给一?[个条]|还有吗|还有没有|继续|another(?: one)?|one more|more|again|any more)(?:please|pls|吧|呢|吗)?[\s\p{P}]*$/iu.test(
      message.text,
    )
  );
}

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** What the candidate says the held message was; null when this message says something else. */
function readConfirmation(message: Message): 'reply' | 'question' | null {
  if (!hasWords(message.text)) {
    return message.confidence === 1 && (message.intent === 'reply' || message.intent === 'question')
      ? message.intent
      : null;
  }
  const text = message.text.trim().slice(0, 60);
  if (
    /^(?:这|那|刚才|上面|前面|它|是|的|我|在|就)*(?:回答|答案|作答|答题|回复)(?:啊|呀|呢|吧|的|啦)*[。.!！]*$/.test(
      text,
    )
  )
    return 'reply';
  if (
    /^(?:这|那|刚才|上面|前面|它|是|的|我|在|想|就|一个|个)*(?:问题|提问|问你的?|问)(?:啊|呀|呢|吧|的|啦)*[。.!！]*$/.test(
      text,
    )
  )
    return 'question';
  if (
    /^(?:yes,?\s+)?(?:it'?s |it is |it was |that was |that'?s |this is )?(?:an? |my |the )?(?:answer|reply|response)[.! ]*$/i.test(
      text,
    )
  )
    return 'reply';
  if (
    /^(?:no,?\s+)?(?:it'?s |it is |it was |that was |that'?s |this is |i'?m asking )?(?:an? |my |the )?question[.! ]*$/i.test(
      text,
    )
  )
    return 'question';
  return null;
}

/** The open question thrown back: whoever answers it gives the reference away. */
function asksTheOpenQuestion(text: string, open: string): boolean {
  return containment(text, open) >= 0.8 && containment(open, text) >= 0.5;
}

const wantsToGoBack =
  /上一?(?:道|个)?题|前一(?:道|个)?题|\b(?:previous|last) (?:question|one)\b|^\W*(?:(?:go )?back|previous|last)\W*$/iu;

const handlers: Readonly<Record<Intent, Handler>> = {
  reply: (turn, message) => {
    if (!turn.state.open) return turn.say('nothing-open', turn.texts.nothingOpen.reply);
    const effect = gradeEffect(turn.state, turn.material, message);
    if (effect) return effect;
    turn.say('nothing-open', turn.texts.entryGone);
    leaveOpen(turn, 'skip');
    askNext(turn);
  },

  question: (turn, message) => ({
    type: 'answer',
    question: message.text,
    lang: detectLang(message.text, turn.state.lang),
    openEntryId: turn.state.open?.entryId ?? null,
    results: ownResults(turn.state),
  }),

  clarify: (turn, message) => clarifyEffect(turn, message) ?? handlers.question(turn, message),

  hint: (turn, message) => {
    const { state } = turn;
    const progress = openProgress(state);
    if (!progress || !turn.entry(progress.entryId)) {
      return turn.say('nothing-open', turn.texts.nothingOpen.hint);
    }
    return hintEffect(turn, message) ?? turn.say('no-more-hints', turn.texts.noMoreHints);
  },

  skip: (turn) => {
    const { open } = turn.state;
    if (!open) return startDefault(turn);
    if (open.kind === 'follow-up') {
      turn.say('transition', turn.texts.dontKnowFollowUp);
      leaveOpen(turn, 'skip');
    } else {
      leaveOpen(turn, 'skip');
      turn.say('transition', turn.texts.skipped);
    }
    askNext(turn);
  },

  'dont-know': (turn, message) => {
    if (!turn.state.open) return turn.say('nothing-open', turn.texts.nothingOpen.reply);
    dontKnow(turn, message);
  },

  repeat: (turn, message) => {
    const { open, finished } = turn.state;
    if (wantsToGoBack.test(message.text)) {
      turn.say(
        'nothing-open',
        turn.state.questions.length > (open ? 1 : 0) ? turn.texts.noWayBack : turn.texts.noneBefore,
      );
      if (open) turn.say('repeat', turn.texts.back(open.text));
      return;
    }
    if (open) return turn.say('repeat', turn.texts.repeat(open.text));
    // "Again" after the end is another round.
    if (finished && wantsToStart(message.text)) return startDefault(turn);
    turn.say('nothing-open', turn.texts.nothingOpen.repeat);
  },

  explain: (turn, message) => {
    const { state } = turn;
    const named = namedQuestion(state, message.text);
    if (!named && namesQuestion(message.text)) {
      // Whoever asks for the answer before this one must not be given this one's.
      turn.say('nothing-open', turn.texts.noneBefore);
      if (state.open) turn.say('repeat', turn.texts.back(state.open.text));
      return;
    }
    const progress = named ?? openProgress(state) ?? round(state).at(-1) ?? null;
    const entry = progress ? turn.entry(progress.entryId) : null;
    if (!progress || !entry) return turn.say('nothing-open', turn.texts.nothingOpen.explain);
    const closes = progress === openProgress(state);
    const lang = detectLang(message.text, state.lang);
    turn.emit({ type: 'reference.shown', entryId: entry.id, text: entry.answer[lang], lang });
    if (closes) {
      if (hasNext(turn)) turn.say('transition', turn.texts.afterReference);
      askNext(turn);
    } else if (state.open) turn.say('repeat', turn.texts.back(state.open.text));
  },

  dispute: (turn, message) => decideDispute(turn, message),

  'change-topic': (turn, message) => changeTopic(turn, message.text),

  'change-language': (turn, message) => changeLanguage(turn, message.text),

  report: (turn) => {
    const { state } = turn;
    const asked = round(state);
    if (asked.every((one) => one.replies.length === 0) && !state.finished) {
      turn.say('nothing-open', state.open ? turn.texts.nothingYet : turn.texts.nothingToReport);
    } else if (state.mode === 'mock' && !state.finished) {
      const replied = asked.filter((one) => one.replies.length > 0).length;
      turn.say('transition', turn.texts.reportAtEnd(replied, asked.length));
    } else if (asked.length === 0) turn.say('nothing-open', turn.texts.nothingToReport);
    else
      turn.emit({
        type: 'report.made',
        report: buildReport(state, turn.material, { ended: state.finished }),
      });
    if (state.open) turn.say('repeat', turn.texts.back(state.open.text));
  },

  end: (turn) => {
    if (turn.state.finished) return turn.say('transition', turn.texts.bye);
    finish(turn, 'by-candidate');
  },

  empty: (turn) => {
    turn.say('nudge', turn.state.open ? turn.texts.nudge : turn.texts.nothingOpen.reply);
  },

  chatter: (turn, message) => {
    const { open, finished } = turn.state;
    const mode = wantedMode(message.text);
    if (mode) return changeMode(turn, mode);
    const kind = chatterKind(message.text);
    if (open && /^\W*(?:继续|接着|continue|go on|carry on)/iu.test(message.text)) {
      return turn.say('repeat', turn.texts.back(open.text));
    }
    if (!open && (wantsToStart(message.text) || (!finished && startsAnyway.has(kind)))) {
      return startDefault(turn, kind === 'nerves' || kind === 'thanks' ? replyTo(turn, kind) : '');
    }
    if (finished && afterTheEnd.has(kind)) return turn.say('transition', turn.texts.afterEnd);
    const reply = replyTo(turn, kind);
    const goesBack = open && !leavesTheFloor.has(kind);
    turn.say('transition', goesBack ? `${reply}\n${turn.choose(turn.texts.back(open.text))}` : reply);
  },
};

/** Between interviews the mode is changed and the next one begins; one that runs is finished as it is. */
function changeMode(turn: Turn, mode: Mode): void {
  const { open, finished } = turn.state;
  if (open) {
    turn.say('transition', `${turn.texts.modeLater}\n${turn.choose(turn.texts.back(open.text))}`);
    return;
  }
  if (mode !== turn.state.mode) turn.emit({ type: 'mode.changed', mode });
  startDefault(turn, '', finished ? turn.choose(turn.texts.greeting(mode)) : undefined);
}

const afterTheEnd: ReadonlySet<ChatterKind> = new Set(['nod', 'other', 'orders']);
/** Small talk that may as well begin the interview. */
const startsAnyway: ReadonlySet<ChatterKind> = new Set([
  'greeting',
  'thanks',
  'nerves',
  'nod',
  'orders',
  'other',
]);
/** Small talk after which the candidate goes on without hearing the question again. */
const leavesTheFloor: ReadonlySet<ChatterKind> = new Set(['nod', 'nerves', 'thanks']);

function replyTo(turn: Turn, kind: ChatterKind): string {
  if (kind !== 'topics') return turn.choose(turn.texts.chatter[kind]);
  const modules = [...turn.material.values()].map((entry) => entry.module);
  return turn.texts.topics(moduleNames(modules, turn.state.lang));
}

/** Switches the session's language and says the open question in it. */
function changeLanguage(turn: Turn, text: string): void {
  const { state } = turn;
  const namesChinese = /中文|汉语|国语|普通话|\bchinese\b|\bmandarin\b/i.test(text);
  const namesEnglish = /英文|英语|\benglish\b/i.test(text);
  const other = state.lang === 'zh' ? 'en' : 'zh';
  // Both named ("my English is poor, Chinese please"): whoever speaks of changing wants the other one.
  const lang = namesChinese === namesEnglish ? other : namesChinese ? 'zh' : 'en';
  if (lang === state.lang) turn.say('transition', textsFor(lang).languageSame);
  else {
    turn.emit({ type: 'language.changed', lang });
    turn.say('transition', turn.texts.languageChanged);
  }
  sayOpenQuestion(turn);
}

/** The open question again, in the session's present language. */
function sayOpenQuestion(turn: Turn): void {
  const { open, lang, plan } = turn.state;
  const progress = openProgress(turn.state);
  const entry = progress ? turn.entry(progress.entryId) : null;
  if (!open || !progress) return;
  if (!entry) return turn.say('repeat', turn.texts.repeat(open.text));
  const { keyPointId } = open;
  turn.emit({
    type: 'question.asked',
    entryId: entry.id,
    kind: open.kind,
    number: progress.number,
    total: plan?.entryIds.length ?? progress.number,
    text:
      keyPointId === null
        ? entry.question[lang]
        : followUpText(entry, progress, keyPointId, lang, turn.random),
    ...(keyPointId === null ? {} : { keyPointId }),
  });
}
