/** What a candidate does next: mostly replies, now and then everything else that the coach knows. */
import { pick, type Random } from '../../src/coach/random.ts';
import { phaseOf, type CoachState } from '../../src/coach/state.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import type { Intent, Lang, PlanRequest, SessionEvent } from '../../src/protocol.ts';

export type Move =
  | {
      readonly type: 'message';
      readonly text: string;
      readonly intent?: Intent;
      readonly keyPointId?: string;
    }
  | { readonly type: 'start'; readonly plan: PlanRequest }
  | { readonly type: 'new-session' };

const free: Readonly<Record<Lang, readonly [string, ...string[]]>> = {
  zh: ['GQA 是怎么减少 KV cache 的？', 'LoRA 的 B 矩阵为什么初始化成 0？', '今天上海的天气怎么样？'],
  en: ['How does GQA make the KV cache smaller?', 'What is the margin in ArcFace?', 'Who won the cup final?'],
};

/** With a topic in words, retrieval takes part. */
export function somePlan(random: Random): PlanRequest {
  const questions = 2 + Math.floor(random() * 3);
  return random() < 0.3 ? { questions, topic: pick(['LoRA', 'softmax', 'KV cache'], random) } : { questions };
}

export function nextMove(
  state: CoachState,
  view: readonly SessionEvent[],
  entries: ReadonlyMap<string, Entry>,
  random: Random,
): Move {
  const phase = phaseOf(state);
  const chance = random();
  if (phase === 'confirm') return { type: 'message', text: 'it is my answer' };
  if (phase === 'lobby' || phase === 'finished') {
    if (chance < 0.3 && view.length > 30) return { type: 'new-session' };
    if (chance < 0.7) return { type: 'start', plan: somePlan(random) };
    return { type: 'message', text: pick(free[state.lang], random), intent: 'question' };
  }
  const dispute = chance < 0.06 ? disputed(view) : null;
  if (dispute !== null) return dispute;
  if (chance < 0.14) return { type: 'message', text: 'hint', intent: 'hint' };
  if (chance < 0.19) return { type: 'message', text: 'skip', intent: 'skip' };
  if (chance < 0.24) return { type: 'message', text: state.lang === 'zh' ? '不知道' : 'I do not know' };
  if (chance < 0.3) return { type: 'message', text: pick(free[state.lang], random) };
  if (chance < 0.33) return { type: 'message', text: 'explain', intent: 'explain' };
  if (chance < 0.36) return { type: 'message', text: 'end', intent: 'end' };
  return { type: 'message', text: reply(state, entries, random), intent: 'reply' };
}

/** One or two sentences of the reference, which the judge has something to do with. */
function reply(state: CoachState, entries: ReadonlyMap<string, Entry>, random: Random): string {
  const answer = entries.get(state.open?.entryId ?? '')?.answer[state.lang] ?? '';
  const [first = 'It starts at zero.', ...others] = answer.split(/(?<=[。.!?])\s*/u).filter(Boolean);
  const sentences: [string, ...string[]] = [first, ...others];
  return `${pick(sentences, random)} ${pick(sentences, random)}`.slice(0, 400);
}

function disputed(view: readonly SessionEvent[]): Move | null {
  const graded = view.findLast((event) => event.type === 'reply.graded');
  const verdict = graded?.grade.verdicts.find(({ value }) => value !== 'covered');
  if (verdict === undefined) return null;
  return { type: 'message', text: 'I did say that.', intent: 'dispute', keyPointId: verdict.keyPointId };
}
