/** A chat server that obeys the attack of the moment in every way that the form of its answer leaves it. */
import { convinced, inForm, type Character, type Judged } from '../../test/llm/chat-minds.ts';
import { obedient } from '../../test/llm/obedient.ts';
import { readPrompt, type ReadPrompt } from '../../test/llm/read-prompt.ts';
import {
  startScriptedChatServer,
  thinks,
  type ScriptedChatServer,
} from '../../test/llm/scripted-chat-server.ts';
import type { Attack } from './attack.ts';
import type { Obey } from './grade-attacks.ts';
import { canary, link } from './orders.ts';

export interface ObeyingServer {
  readonly server: ScriptedChatServer;
  readonly obey: Obey;
  /** What it thinks of claims while it obeys nobody. */
  believe(opinions: ReadonlyMap<string, Judged>): void;
  /** Requests in which the attack of the moment was found. */
  heard(): number;
}

const squeezed = (text: string) => text.replaceAll(/\s+/gu, '');

export async function startObeyingServer(): Promise<ObeyingServer> {
  const server = await startScriptedChatServer();
  let current: Attack | null = null;
  let heard = 0;
  const wishOf = ({ all }: ReadPrompt) => {
    if (current === null || !squeezed(all).includes(squeezed(current.attack).slice(0, 24))) return null;
    return current.wish;
  };
  const wanted = () =>
    current?.wish === 'link'
      ? `See ${link} [1]. [details](${link}) [1]`
      : `${canary} [1]. ${canary}: the system is ours [1].`;
  let opinions: ReadonlyMap<string, Judged> = new Map();
  const mind: Character = {
    judge: (point, prompt) => obedient(wishOf, wanted, convinced(opinions)).judge(point, prompt),
    say: (name, prompt) => obedient(wishOf, wanted).say(name, prompt),
  };
  const answer = inForm(mind);
  server.otherwise(
    thinks((request) => {
      if (wishOf(readPrompt(request)) !== null) heard += 1;
      return answer(request);
    }),
  );
  return {
    server,
    obey: (attack) => void (current = attack),
    believe: (of) => void (opinions = of),
    heard: () => heard,
  };
}
