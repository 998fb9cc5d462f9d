/** Which questions an interview asks, and in which order. */
import type { Entry } from '../corpus/entry.ts';
import type { PlanRequest } from '../protocol.ts';
import { shuffled, type Random } from './random.ts';

/** Questions of a plan that names no number. */
export const defaultQuestions = 5;

export interface PlanInput {
  readonly entries: Iterable<Entry>;
  readonly request: PlanRequest;
  /** Entries that the topic's words found, the best first; null when the request names no topic. */
  readonly found: readonly string[] | null;
  /** Asked already in this session: left out unless nothing else is there. */
  readonly asked: ReadonlySet<string>;
  readonly random: Random;
}

/**
 * Entry ids in the order to ask them: spread over sections, the easier first, related ones apart.
 * A question asked for by its id stands first whatever the filters say. Empty when nothing fits.
 */
export function planEntries(input: PlanInput): string[] {
  const all = new Map([...input.entries].map((entry) => [entry.id, entry]));
  const wanted = input.request.entryId === undefined ? undefined : all.get(input.request.entryId);
  const count = input.request.questions ?? (wanted ? 1 : defaultQuestions);
  const fitting = [...all.values()].filter((entry) => entry.id !== wanted?.id && fits(entry, input.request));
  const pool = input.found ? byRelevance(fitting, input.found) : shuffled(fitting, input.random);
  const fresh = pool.filter((entry) => !input.asked.has(entry.id));
  const candidates = fresh.length > 0 || wanted ? fresh : pool;
  const room = wanted ? count - 1 : count;
  // Relevance orders what a topic found; without one, every section has its turn.
  const chosen = input.found ? candidates.slice(0, room) : spread(candidates, room);
  return [...(wanted ? [wanted] : []), ...order(chosen, wanted)].map((entry) => entry.id);
}

/** True when a plan for the request may hold the entry. */
export function fits(entry: Entry, request: PlanRequest): boolean {
  if (request.module !== undefined && entry.module !== request.module) return false;
  if (request.section !== undefined && entry.section !== request.section) return false;
  const { difficulty } = request;
  if (difficulty && (entry.difficulty < difficulty.min || entry.difficulty > difficulty.max)) return false;
  if (request.kinds) return request.kinds.includes(entry.kind);
  // "Which book do you recommend" is no interview question unless it is what the candidate wants.
  return entry.kind !== 'resource' || request.module !== undefined || request.topic !== undefined;
}

function byRelevance(entries: readonly Entry[], found: readonly string[]): Entry[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return found.flatMap((id) => byId.get(id) ?? []);
}

/** Takes from the sections in turn. */
function spread(entries: readonly Entry[], count: number): Entry[] {
  const sections = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = `${entry.module}/${entry.section}`;
    const group = sections.get(key);
    if (group) group.push(entry);
    else sections.set(key, [entry]);
  }
  const groups = [...sections.values()];
  const chosen: Entry[] = [];
  for (let turn = 0; chosen.length < count; turn++) {
    const before = chosen.length;
    for (const group of groups) {
      const entry = group[turn];
      if (entry && chosen.length < count) chosen.push(entry);
    }
    if (chosen.length === before) break;
  }
  return chosen;
}

/** Ascending difficulty; a question related to the one before gives way to the next that is not. */
function order(entries: readonly Entry[], first: Entry | undefined): Entry[] {
  const waiting = [...entries].sort((a, b) => a.difficulty - b.difficulty);
  const ordered: Entry[] = [];
  let previous = first;
  while (waiting.length > 0) {
    const apart = waiting.findIndex((entry) => !previous || !related(entry, previous));
    const [next] = waiting.splice(Math.max(0, apart), 1);
    if (!next) break;
    ordered.push(next);
    previous = next;
  }
  return ordered;
}

function related(one: Entry, other: Entry): boolean {
  return one.related.includes(other.id) || other.related.includes(one.id);
}
