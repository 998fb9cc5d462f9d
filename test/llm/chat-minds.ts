/**
 * Models with a character. Each reads a request as a model would, and answers in the form that is asked for, whatever
 * that is: the form is filled in by the names of its fields, so a new prompt needs no new mind.
 */
import type { Answer } from './chat-wire.ts';
import { readPrompt, type JsonSchema, type Point, type ReadPrompt } from './read-prompt.ts';
import type { SeenRequest } from './scripted-chat-server.ts';

export type VerdictSaid = 'covered' | 'partial' | 'contradicted' | 'missing';

export interface Judged {
  readonly verdict: VerdictSaid;
  readonly quote: string;
}

export interface Character {
  /** What it says of one point. */
  judge(point: Point, prompt: ReadPrompt): Judged;
  /** What it writes into a field of text that is no quote, or as a whole answer (`name` ''). */
  say(name: string, prompt: ReadPrompt): string;
  /** Changes the whole answer before it is sent. */
  last?(value: unknown, prompt: ReadPrompt): unknown;
}

/** An answer in the form of the request: JSON of its schema, arguments of its forced tool, or text. */
export function inForm(character: Character): (request: SeenRequest) => Answer {
  return (request) => {
    const prompt = readPrompt(request);
    const usage = { prompt: Math.ceil(prompt.all.length / 3), completion: 60 };
    if (prompt.schema === null) return { text: character.say('', prompt), usage };
    const filled = fill(prompt.schema, '', prompt, character, null);
    const text = JSON.stringify(character.last?.(filled, prompt) ?? filled);
    return prompt.forcedTool === null
      ? { text, usage }
      : { calls: [{ name: prompt.forcedTool, arguments: text }], usage };
  };
}

function fill(
  schema: JsonSchema,
  name: string,
  prompt: ReadPrompt,
  character: Character,
  point: Point | null,
): unknown {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fill(choices[0] ?? {}, name, prompt, character, point);
  if (schema.const !== undefined) return schema.const;
  const judged = point && character.judge(point, prompt);
  if (schema.properties) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([key, inner]) => [
        key,
        fill(inner, key, prompt, character, point),
      ]),
    );
  }
  if (schema.items) {
    const { items } = schema;
    const letter = /misconception/i.test(name) ? 'M' : 'K';
    const points = prompt.points.filter(({ id }) => id.startsWith(letter));
    if (items.properties?.['id'] === undefined || points.length === 0) return [];
    return points.map((one) => fill(items, name, prompt, character, one));
  }
  if (schema.enum) {
    const wanted = judged?.verdict;
    return schema.enum.includes(wanted) ? wanted : schema.enum[0];
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'boolean') return judged ? judged.verdict === 'covered' : false;
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'null') return null;
  if (name === 'id') return (point ?? prompt.points[0])?.id ?? '';
  if (name === 'quote' && judged) return judged.quote;
  return character.say(name, prompt).slice(0, schema.maxLength);
}

const stopWords = new Set(
  'a about all an and are as at be by each every for from has have in into is it its no not of on one or other others same that the their them they this to two very when where which while with'.split(
    ' ',
  ),
);

/** Words and pairs of Han characters, for a judge that compares by what is shared. */
function features(text: string): Set<string> {
  const lower = text.toLowerCase();
  const words = (lower.match(/[a-z0-9]+/g) ?? []).filter((word) => !stopWords.has(word));
  const han = [...lower.matchAll(/(?=(\p{Script=Han}{2}))/gu)].map((match) => match[1] ?? '');
  return new Set([...words, ...han]);
}

function sharedWith(piece: string, point: Point): number {
  const wanted = features(point.text);
  const found = features(piece);
  return wanted.size === 0 ? 0 : [...wanted].filter((one) => found.has(one)).length / wanted.size;
}

export function piecesOf(reply: string): string[] {
  return reply.split(/(?<=[。！？!?；;\n]|\.\s)/u).flatMap((piece) => (piece.trim() ? [piece.trim()] : []));
}

function nearest(reply: string, point: Point): { piece: string; shared: number } {
  const pieces = piecesOf(reply).map((piece) => ({ piece, shared: sharedWith(piece, point) }));
  return pieces.sort((a, b) => b.shared - a.shared)[0] ?? { piece: '', shared: 0 };
}

const missing: Judged = { verdict: 'missing', quote: '' };

/** Judges by shared words: weak, but it means well, quotes truly and keeps to the form. */
export const honest: Character = {
  judge(point, { reply }) {
    const { piece, shared } = nearest(reply, point);
    const enough = point.id.startsWith('M') ? 0.7 : 0.45;
    if (shared >= enough) return { verdict: 'covered', quote: piece };
    return shared >= 0.3 && point.id.startsWith('K') ? { verdict: 'partial', quote: piece } : missing;
  },
  say: (_name, { user }) =>
    /\p{Script=Han}/u.test(user) ? '请再说说这一点。' : 'Please say more about this.',
};

/** Says of these claims what it was told to, and judges others honestly. */
export function convinced(of: ReadonlyMap<string, Judged>): Character {
  return { ...honest, judge: (point, prompt) => of.get(point.text) ?? honest.judge(point, prompt) };
}

/** Gives everyone full marks, each with the piece of the reply that comes nearest. */
export const generous: Character = {
  ...honest,
  judge: (point, { reply }) =>
    point.id.startsWith('M') ? missing : { verdict: 'covered', quote: nearest(reply, point).piece },
};

/** Full marks, with quotes that it takes from the key points instead of the reply. */
export const inventive: Character = {
  ...honest,
  judge: (point) => (point.id.startsWith('M') ? missing : { verdict: 'covered', quote: point.text }),
};

/** Finds everything missing and every misconception asserted. */
export const harsh: Character = {
  ...honest,
  judge: (point, { reply }) =>
    point.id.startsWith('M') ? { verdict: 'covered', quote: nearest(reply, point).piece } : missing,
};

/** Covered without a quote, missing with one. */
export const careless: Character = {
  ...honest,
  judge(point, prompt) {
    const judged = honest.judge(point, prompt);
    return judged.verdict === 'missing'
      ? { verdict: 'missing', quote: piecesOf(prompt.reply)[0] ?? '' }
      : { verdict: 'covered', quote: '' };
  },
};

/** Two verdicts for every point: what an honest one says, and the opposite. */
export const selfContradicting: Character = {
  ...honest,
  last(value) {
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        Array.isArray(inner) && key === 'keyPoints'
          ? inner.flatMap((one: Record<string, unknown>) => [
              one,
              { ...one, verdict: one['verdict'] === 'missing' ? 'covered' : 'missing' },
            ])
          : inner,
      ]),
    );
  },
};
