/** Reads a streamed answer only to see whether it is a proper one. */
import { z } from 'zod';

const chunkSchema = z.object({
  choices: z
    .array(z.object({ delta: z.unknown().optional(), finish_reason: z.unknown().optional() }))
    .optional(),
  usage: z.object({ prompt_tokens: z.number() }).nullish().catch(null),
});

/** Characters of a stream that are read. */
const longest = 500_000;

/** `whole`: pieces came and the model said that it was done. `usage`: the tokens were told. */
export async function readEventStream(response: Response): Promise<{ whole: boolean; usage: boolean }> {
  let text = '';
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (;;) {
    const step = await reader?.read();
    if (!step || step.done) break;
    text += decoder.decode(step.value, { stream: true });
    if (text.length > longest) {
      await reader?.cancel();
      return { whole: false, usage: false };
    }
  }
  let pieces = 0;
  let finished = false;
  let usage = false;
  for (const line of text.split(/\r?\n/)) {
    const data = /^data:\s*(\{.*)$/.exec(line)?.[1];
    if (data === undefined) continue;
    const chunk = chunkOf(data);
    const choice = chunk?.choices?.[0];
    if (choice?.delta) pieces++;
    if (typeof choice?.finish_reason === 'string') finished = true;
    if ((chunk?.usage?.prompt_tokens ?? 0) > 0) usage = true;
  }
  return { whole: pieces > 0 && finished, usage };
}

function chunkOf(data: string): z.infer<typeof chunkSchema> | null {
  try {
    return chunkSchema.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}
