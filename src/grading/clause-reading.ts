/** A reply's clauses made ready to be compared with key points: one way for the judge and for whoever calibrates it. */
import type { VivaEmbeddings } from '../embedding/viva-embeddings.ts';
import type { Clause } from './clauses.ts';
import { hasHan, isNegated, numbersIn, width, wordSet } from './lexical-evidence.ts';
import { undenied } from './stance.ts';
import { clausesWithSwappedRoles } from './swapped-roles.ts';
import type { Teaching, Wording } from './teaching.ts';

/** A clause's vector and words, computed once for all key points. */
export interface ClauseReading {
  readonly vector: Float32Array;
  readonly words: ReadonlySet<string>;
  readonly numbers: ReadonlySet<string>;
  /** In half-width characters. */
  readonly width: number;
  readonly han: boolean;
  /** Chinese with several words of English among it: its words may be those of either language's wordings. */
  readonly mixed: boolean;
  readonly negated: boolean;
  /** The candidate denies these words, or says of one thing what is true of another: what they say counts against it. */
  readonly turned: boolean;
  /** Similarities to wordings, as they are asked for: every key point of an entry asks for those of all of them. */
  readonly near: Map<Wording, number>;
}

export function readClause(text: string, vector: Float32Array, turned = false): ClauseReading {
  return {
    vector,
    words: wordSet(text),
    numbers: numbersIn(text),
    width: width(text),
    han: hasHan(text),
    mixed: hasHan(text) && (text.match(/[A-Za-z]{2,}/g)?.length ?? 0) >= 3,
    negated: isNegated(text),
    turned,
    near: new Map(),
  };
}

/** One reading per clause. */
export async function readClauses(
  clauses: readonly Clause[],
  teaching: Teaching,
  embeddings: VivaEmbeddings,
  signal?: AbortSignal,
): Promise<Map<Clause, ClauseReading>> {
  const swapped = clausesWithSwappedRoles(
    clauses.filter(standsAlone(clauses)),
    teaching.rightTexts,
    teaching.roleTexts,
  );
  const isTurned = (clause: Clause) =>
    clause.denied || [...swapped].some(({ start, end }) => start >= clause.start && end <= clause.end);
  const texts = clauses.map(saidBy);
  const distinct = [...new Set(texts)];
  const vectors = await embeddings.embed(distinct, { kind: 'query', signal });
  const vectorOf = new Map(distinct.map((text, index) => [text, vectors[index] ?? new Float32Array()]));
  const readings = new Map<string, ClauseReading>();
  return new Map(
    clauses.map((clause, index): [Clause, ClauseReading] => {
      const text = texts[index] ?? clause.text;
      const turned = isTurned(clause);
      const key = `${turned} ${text}`;
      const reading = readings.get(key) ?? readClause(text, vectorOf.get(text) ?? new Float32Array(), turned);
      readings.set(key, reading);
      return [clause, reading];
    }),
  );
}

/** What is to be compared with wordings: the claim, without the words that deny it. */
function saidBy(clause: Clause): string {
  return clause.denied ? undenied(clause.text) || clause.text : clause.text;
}

/** True for clauses that hold no other one: neighbours taken together would count their words twice. */
function standsAlone(clauses: readonly Clause[]): (clause: Clause) => boolean {
  const ends = new Map<number, number>();
  for (const { start, end } of clauses) ends.set(start, Math.min(end, ends.get(start) ?? Infinity));
  return ({ start, end }) => ends.get(start) === end;
}
