/** Starting an interview and changing its topic. */
import type { Entry } from '../corpus/entry.ts';
import { containment } from '../corpus/content-tokens.ts';
import type { Mode, PlanRequest } from '../protocol.ts';
import { startPlan } from './asking.ts';
import type { Effect, Failure, FindTopicEffect, Material, Step, TopicHit } from './effects.ts';
import { openProgress, type CoachState } from './state.ts';
import { readTopicWish, type TopicWish } from './topic-words.ts';
import { fits } from './plan.ts';
import { moduleName, moduleNames } from './texts/texts.ts';
import { Turn } from './turn.ts';

/**
 * From this cosine on, a hit is about the words even when it shares none of them. High, because the bundled
 * embedder gives short unrelated words .85 with any question.
 */
const topicSimilarity = 0.9;
/** An entry that holds this share of the words' content is about them. */
const topicShare = 0.5;
/** The same for words that stand in its key points alone. */
const touchingShare = 0.75;

/** The step that starts an interview with a plan, from the lobby, in the middle, or after the end. */
export function decideStart(
  state: CoachState,
  request: PlanRequest,
  mode: Mode | undefined,
  material: Material,
  seed: number,
): Step {
  const turn = new Turn(state, material, seed);
  if (request.topic !== undefined && request.topic.trim() !== '' && request.entryId === undefined) {
    const effect: FindTopicEffect = {
      type: 'find-topic',
      words: request.topic,
      lang: state.lang,
      request,
      one: false,
      ...(mode === undefined ? {} : { mode }),
    };
    return { type: 'effect', effect };
  }
  startPlan(turn, { request, found: null, mode });
  return { type: 'events', events: turn.events };
}

/** The default plan, or the last one again, with a greeting in the lobby. */
export function startDefault(turn: Turn, before = '', opening?: string): void {
  const { finished, mode } = turn.state;
  const hello = opening ?? turn.choose(finished ? turn.texts.anotherRound : turn.texts.greeting(mode));
  turn.say(finished ? 'transition' : 'greeting', before === '' ? hello : `${before}\n${hello}`);
  const request = again(turn.state);
  const asked = new Set(turn.state.questions.map((one) => one.entryId));
  const more = [...turn.material.values()].some((entry) => !asked.has(entry.id) && fits(entry, request));
  startPlan(turn, { request: more ? request : {}, found: null });
}

/** Reads a wish such as "harder", "another topic", "three on RoPE", "the NMS one" and acts on it. */
export function changeTopic(turn: Turn, text: string): Effect | void {
  const { state, texts } = turn;
  const wish = readTopicWish(text);
  const request: PlanRequest = { ...existing(wish.request, turn.material), ...difficultyOf(turn, wish) };
  const present = turn.entry(turn.state.questions.at(-1)?.entryId ?? '');
  if (wish.similar && present) {
    const near = withArea(turn, { module: present.module, section: present.section });
    announceAndStart(turn, { ...request, ...near }, texts.similar);
    return;
  }
  if (wish.words !== '') {
    return { type: 'find-topic', words: wish.words, lang: state.lang, request, one: wish.one };
  }
  const area = [request.module, request.section].filter(Boolean).join('/');
  const current = openProgress(state) ?? state.questions.at(-1);
  if (wish.shift) {
    const shift = current
      ? { harder: texts.harder, easier: texts.easier }
      : { harder: texts.hard, easier: texts.easy };
    const what = shift[wish.shift];
    const kept: PlanRequest = area === '' && !request.kinds ? withArea(turn, request) : request;
    announceAndStart(turn, kept, area === '' ? what : texts.shifted(what, moduleName(area, state.lang)));
  } else if (area !== '' || request.kinds) {
    const what = request.kinds?.includes('scenario') ? 'scenario' : area === '' ? 'code' : area;
    announceAndStart(turn, request, texts.aboutArea(moduleName(what, state.lang)));
  } else if (wish.again || !current || request.questions !== undefined) {
    if (wish.again && state.finished) turn.say('transition', texts.anotherRound);
    startPlan(turn, { request: { ...again(state), ...request }, found: null });
  } else {
    // "Something else": anything but the module of the present question.
    const notModule = turn.entry(current.entryId)?.module;
    startPlan(turn, {
      request,
      found: null,
      notModule,
      announce: (count) => turn.say('transition', texts.planned(texts.another, count)),
    });
  }
}

/** Acts on what a topic's words found. */
export function onTopicFound(
  turn: Turn,
  effect: FindTopicEffect,
  result: readonly TopicHit[] | Failure,
): void {
  const { texts, state } = turn;
  if ('type' in result) {
    turn.say('transition', texts.unanswered(texts.failure[result.kind]));
    if (state.open) turn.say('repeat', texts.back(state.open.text));
    return;
  }
  const hits = mostAbout(turn, effect.words, result);
  const [first] = hits;
  if (!first && (effect.request.module !== undefined || effect.request.kinds || effect.request.difficulty)) {
    startWithoutWords(turn, effect.request);
    return;
  }
  if (!first) {
    const modules = [...turn.material.values()].map((entry) => entry.module);
    // Words that were picked out of a sentence and put together again are nobody's words.
    const own = state.message === null || state.message.text.includes(effect.words);
    turn.say('nothing-open', texts.noSuchTopic(own ? effect.words : null, moduleNames(modules, state.lang)));
    if (state.open) turn.say('repeat', texts.back(state.open.text));
    return;
  }
  const request: PlanRequest = effect.one
    ? { entryId: first.entryId }
    : { ...effect.request, topic: effect.words.slice(0, 200) };
  const label = texts.aboutTopic(effect.words);
  startPlan(turn, {
    request,
    found: effect.one ? null : hits.map((hit) => hit.entryId),
    one: effect.one,
    mode: effect.mode,
    announce: (count) => turn.say('transition', effect.one ? texts.plannedOne : texts.planned(label, count)),
  });
}

/** The words around an area or a level named nothing: what else was said is what is meant. */
function startWithoutWords(turn: Turn, request: PlanRequest): void {
  const { texts, state } = turn;
  const { module, section, kinds, difficulty } = request;
  const area = [module, section].filter(Boolean).join('/');
  const name = area !== '' ? area : kinds?.includes('scenario') ? 'scenario' : kinds ? 'code' : null;
  if (name !== null) return announceAndStart(turn, request, texts.aboutArea(moduleName(name, state.lang)));
  const shift = (difficulty?.min ?? 1) > 1 ? texts.harder : texts.easier;
  announceAndStart(turn, withArea(turn, request), shift);
}

function announceAndStart(turn: Turn, request: PlanRequest, what: string): void {
  startPlan(turn, {
    request,
    found: null,
    announce: (count) => turn.say('transition', turn.texts.planned(what, count)),
  });
}

/** The wish as far as the material has such a module or section: a section that is not there widens to its module. */
function existing(request: TopicWish['request'], material: Material): PlanRequest {
  const entries = [...material.values()];
  const { section, ...rest } = request;
  const there = entries.some((entry) => entry.module === rest.module && entry.section === section);
  return section === undefined || !there ? rest : { ...rest, section };
}

function difficultyOf(turn: Turn, wish: TopicWish): Pick<PlanRequest, 'difficulty'> {
  if (!wish.shift) return {};
  const id = openProgress(turn.state)?.entryId ?? turn.state.questions.at(-1)?.entryId;
  const current = id === undefined ? undefined : turn.entry(id)?.difficulty;
  if (wish.shift === 'harder') return { difficulty: { min: Math.min(5, (current ?? 2) + 1), max: 5 } };
  return { difficulty: { min: 1, max: Math.max(1, (current ?? 3) - 1) } };
}

/**
 * The present area, kept when only the difficulty changes, as far as it has new questions of that difficulty:
 * the plan's own, or after a topic in words the module of the present question.
 */
function withArea(turn: Turn, request: PlanRequest): PlanRequest {
  const { plan, questions } = turn.state;
  const { module, section, kinds, topic } = plan?.request ?? {};
  const present = topic === undefined ? undefined : turn.entry(questions.at(-1)?.entryId ?? '')?.module;
  const within = module ?? present;
  const asked = new Set(questions.map((one) => one.entryId));
  const kept: PlanRequest = {
    ...(within === undefined ? {} : { module: within }),
    ...(section === undefined ? {} : { section }),
    ...(kinds === undefined ? {} : { kinds }),
    ...request,
  };
  const has = (wider: PlanRequest) =>
    [...turn.material.values()].some((entry) => !asked.has(entry.id) && fits(entry, wider));
  const { section: _, ...wider } = kept;
  return [kept, wider].find(has) ?? request;
}

/** The last request, for another round of the same kind. */
function again(state: CoachState): PlanRequest {
  const { entryId: _, topic: __, ...rest } = state.plan?.request ?? {};
  return rest;
}

/** The entries about the words: those that name them, or mean the same; else those that touch on them. */
function mostAbout(turn: Turn, words: string, hits: readonly TopicHit[]): readonly TopicHit[] {
  const share = (text: string) => Math.max(containment(words, text), containment(singular(words), text));
  const named = hits.flatMap((hit) => {
    const entry = turn.entry(hit.entryId);
    return entry ? [{ hit, share: share(namesOf(entry)) }] : [];
  });
  const best = Math.max(0, ...named.map((one) => one.share));
  if (best >= topicShare) {
    return named.filter((one) => one.share >= Math.max(topicShare, best - 0.2)).map((one) => one.hit);
  }
  return hits.filter((hit) => {
    const entry = turn.entry(hit.entryId);
    if (!entry) return false;
    if (hit.similarity !== null && hit.similarity >= topicSimilarity) return true;
    return share(entry.keyPoints.flatMap((point) => [point.zh, point.en]).join('\n')) >= touchingShare;
  });
}

function namesOf(entry: Entry): string {
  const { question, askedAs, tags } = entry;
  return [question.zh, question.en, ...askedAs.zh, ...askedAs.en, ...tags].join('\n');
}

/** "transformers" as the material has it. */
function singular(words: string): string {
  return words.replace(/(?<![a-z])([a-z]{3,})s\b/gi, '$1');
}
