/** Hints and clarifications by a chat model: within a few seconds, checked, or not at all. */
import { VivaError } from '../errors.ts';
import type { ChatModel, ModelUsage } from '../llm/chat-model.ts';
import { markerCode, type Prompt } from '../llm/prompts.ts';
import { clarifyPrompt, clarifyPromptId } from '../llm/prompts/clarify-v1.ts';
import { hintPrompt, hintPromptId } from '../llm/prompts/hint-v1.ts';
import { outcomeOf, type OnTalk } from './outcomes.ts';
import type { Phrased, Phraser, PhraseRequest } from './phraser.ts';
import { tidy } from './shape.ts';
import type { TalkCheck } from './talk-check.ts';
import { within } from './within.ts';

/** Milliseconds a candidate waits for a better wording. */
const patience = 4_000;
/** Far above what any text may have that is said; a model that writes more is cut off. */
const mostCharacters = 1_500;
const mostTokens = 220;
/** Characters of a candidate's words that a model is shown. */
const shownCharacters = 2_000;

export interface ModelPhraserOptions {
  readonly model: ChatModel;
  readonly check: Pick<TalkCheck, 'objection'>;
  readonly onOutcome?: OnTalk;
  /** Default 4,000. */
  readonly patienceMs?: number;
}

export class ModelPhraser implements Phraser {
  readonly #options: ModelPhraserOptions;

  constructor(options: ModelPhraserOptions) {
    this.#options = options;
  }

  async phrase(request: PhraseRequest): Promise<Phrased | null> {
    const { model, check, onOutcome, patienceMs = patience } = this.#options;
    const { kind, entry, lang, question, main, message, said, unmet } = request;
    const { id, prompt } = promptOf(request);
    // Another model may have stood in.
    let author = model.id;
    const onUsage = (usage: ModelUsage) => void (author = usage.model);
    try {
      const { text, objection } = await within(patienceMs, request.signal, async (signal) => {
        const written = tidy(
          await collect(model.stream({ ...prompt, purpose: 'talk', maxTokens: mostTokens, signal, onUsage })),
        );
        const known = [question, ...(main === null ? [] : [main]), message, ...said];
        const hints = kind === 'hint' ? entry.hints.slice(0, request.level).map((hint) => hint[lang]) : [];
        return {
          text: written,
          // What the bank's own hint says may be said.
          objection: await check.objection({
            kind,
            entry,
            lang,
            text: written,
            question,
            known: [...known, ...hints],
            unmet,
            signal,
          }),
        };
      });
      onOutcome?.(kind, objection ?? 'used');
      return objection === null ? { text, by: `${author} ${id}` } : null;
    } catch (error) {
      if (request.signal?.aborted === true) {
        throw new VivaError('aborted', 'The wording was given up.', { cause: error });
      }
      onOutcome?.(kind, outcomeOf(error), error);
      return null;
    }
  }
}

function promptOf(request: PhraseRequest): { id: string; prompt: Prompt } {
  const { entry, lang, question, main, message, said, level } = request;
  const code = markerCode();
  if (request.kind === 'clarify') {
    const asked = message.slice(0, shownCharacters);
    return { id: clarifyPromptId, prompt: clarifyPrompt({ lang, question, main, asked }, code) };
  }
  const written = entry.hints[level - 1]?.[lang] ?? '';
  const before = entry.hints.slice(0, level - 1).map((hint) => hint[lang]);
  const words = said.join('\n').slice(-shownCharacters);
  return {
    id: hintPromptId,
    prompt: hintPrompt({ lang, question, level, written, before, said: words }, code),
  };
}

async function collect(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length > mostCharacters) break;
  }
  return text;
}
