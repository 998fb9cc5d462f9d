/** An endpoint that can everything that a probe asks for. Combined with `lacking`, one that cannot. */
import { z } from 'zod';
import { probeMark } from '../../src/llm/probe-model.ts';
import { callsTool, says } from './chat-steps.ts';
import type { SeenRequest, Step } from './scripted-chat-server.ts';

const usage = { prompt: 40, completion: 8 };
const colour = '{"colour":"red","number":3}';
const forced = z.object({ function: z.object({ name: z.string() }) });

export const capable: Step = (response, request) => {
  const { body } = request;
  if (body.tools && (body.tool_choice === 'auto' || forced.safeParse(body.tool_choice).success)) {
    return callsTool(colour, { usage })(response, request);
  }
  const step = body.response_format ? says(colour, { usage }) : says('ready', { usage });
  return step(response, request);
};

/** True for a call of a probe. */
export function isProbe({ body }: Pick<SeenRequest, 'body'>): boolean {
  return body.messages.at(-1)?.content.includes(probeMark) === true;
}
