/** What a run came to, and how it is printed. */
import type { MomentKind } from './moments.ts';

export interface Found {
  /** Messages stored and not answered. */
  unanswered: number;
  /** Messages stored whose acknowledgement never arrived. */
  unacknowledged: number;
  /** Sessions stored whose client was not told of them. */
  unopened: number;
  /** Events stored that their client had not seen. */
  unsent: number;
  /** Index folders with a lock, a half-written file or more than one generation. */
  ingestions: number;
}

export interface Figures {
  readonly seed: number;
  readonly clients: number;
  rounds: number;
  /** Rounds by what the kill was aimed at. */
  readonly moments: Partial<Record<MomentKind, number>>;
  /** Processes killed: servers, and ingestions beside them. */
  kills: number;
  ingestKills: number;
  starts: number;
  sessions: number;
  acknowledged: number;
  events: number;
  grades: number;
  /** Times that a client resumed; messages sent again after it; acknowledgements that said "I have it already". */
  resumed: number;
  resent: number;
  replayed: number;
  /** Milliseconds from the start of the process to serving: on new data, after a kill, after a kill with the index to be made. */
  readonly firstReady: number[];
  readonly ready: number[];
  readonly readyWithIndex: number[];
  /** What the kills found half done. */
  readonly found: Found;
  readonly faults: string[];
}

export function newFigures({ seed, clients }: { seed: number; clients: number }): Figures {
  return {
    seed,
    clients,
    rounds: 0,
    moments: {},
    kills: 0,
    ingestKills: 0,
    starts: 0,
    sessions: 0,
    acknowledged: 0,
    events: 0,
    grades: 0,
    resumed: 0,
    resent: 0,
    replayed: 0,
    firstReady: [],
    ready: [],
    readyWithIndex: [],
    found: { unanswered: 0, unacknowledged: 0, unopened: 0, unsent: 0, ingestions: 0 },
    faults: [],
  };
}

export function describe(figures: Figures): string {
  const { moments, kills, ingestKills, found } = figures;
  return [
    `${figures.rounds} rounds, ${figures.clients} clients, seed ${figures.seed}`,
    ...Object.entries(moments).map(([kind, count]) => `  ${String(count).padStart(3)} × ${kind}`),
    `killed: ${kills} servers, ${ingestKills} ingestions beside them; ${figures.starts} starts that came to serve`,
    `${figures.sessions} sessions, ${figures.acknowledged} messages acknowledged, ${figures.grades} grades, ${figures.events} events`,
    `${figures.resumed} times resumed, ${figures.resent} messages sent again, ${figures.replayed} acknowledged as known`,
    `found by the kills: ${found.unanswered} messages without an answer, ${found.unacknowledged} stored without an acknowledgement, ` +
      `${found.unopened} sessions whose client did not know them yet, ${found.unsent} events not seen yet, ${found.ingestions} ingestions half done`,
    `time to ready: first start ${spread(figures.firstReady)}; after a kill ${spread(figures.ready)}; with the index to be made ${spread(figures.readyWithIndex)}`,
    `faults: ${figures.faults.length}`,
    ...figures.faults.map((fault) => `  ${fault}`),
  ].join('\n');
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return 'none';
  const sorted = [...values].sort((a, b) => a - b);
  const p50 = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  return `p50 ${seconds(p50)}, max ${seconds(sorted.at(-1) ?? 0)} (n = ${values.length})`;
}
