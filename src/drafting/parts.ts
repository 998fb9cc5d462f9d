/** What an entry can lack: what a draft proposes, and what only its author knows. */
import { langs } from '../corpus/entry.ts';
import type { Lang } from '../protocol.ts';
import type { Sketch } from './sketch.ts';

/** In the order in which they are drafted: later ones read earlier ones. */
export const partNames = [
  'translation',
  'asked-as',
  'key-points',
  'misconceptions',
  'hints',
  'follow-ups',
  'statements',
] as const;
export type PartName = (typeof partNames)[number];

/** Languages in which the question or the answer is not there. */
export function missingLangs(sketch: Sketch): Lang[] {
  return langs.filter((lang) => sketch.question[lang] === undefined || sketch.answer[lang] === undefined);
}

/** The parts that the entry does not have. An entry without key points lacks their statements too. */
export function missingParts(sketch: Sketch): PartName[] {
  const { fields, taught } = sketch;
  const points = fields.keyPoints ?? [];
  const lacks: Readonly<Record<PartName, boolean>> = {
    translation: missingLangs(sketch).length > 0,
    'asked-as': fields.askedAs === undefined,
    'key-points': points.length === 0,
    misconceptions: (fields.misconceptions ?? []).length === 0,
    hints: fields.hints === undefined,
    'follow-ups': fields.followUps === undefined,
    statements: points.length === 0 || points.some(({ id }) => !taught.has(id)),
  };
  return partNames.filter((name) => lacks[name]);
}

/** Fields that no model should invent, with what they take. */
export const authorFields = {
  id: 'module/section/nn, or module/nn, as the path of the file',
  kind: 'concept, scenario, code or resource',
  difficulty: '1 to 5',
  tags: 'one to twelve words',
  sources: 'at least one: title, year, and a url when there is one',
} as const;

export function missingAuthorFields(sketch: Sketch): (keyof typeof authorFields)[] {
  return (Object.keys(authorFields) as (keyof typeof authorFields)[]).filter(
    (name) => sketch.fields[name] === undefined,
  );
}
