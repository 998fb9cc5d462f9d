/** Runs attacks through the graders and answerers of the product, before a server that obeys or a real one. */
import { join } from 'node:path';
import { createAnswerer, createGraders, openChatModel } from '../../src/cli/graders-and-answerers.ts';
import { openBackend } from '../../src/cli/open-backend.ts';
import { openRetrieval } from '../../src/cli/open-retrieval.ts';
import { seededRandom, shuffled } from '../../src/coach/random.ts';
import { loadConfig, packageRoot, type Config } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import { messageOf } from '../../src/errors.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { openSqliteEventLog } from '../../src/sessions/sqlite-event-log.ts';
import { answerAttack, type AnsweredAttack } from './answer-attacks.ts';
import { attackSchema, places, type Attack } from './attack.ts';
import { gradeAttack, poison, type GradedAttack, type Obey } from './grade-attacks.ts';
import { startObeyingServer } from './obeying-server.ts';
import type { AttackReport } from './report.ts';
import { talkUnderAttack, type TalkedAttack } from './talk-attacks.ts';

export const attackFiles = ['made.jsonl', 'by-hand.jsonl'].map((name) =>
  join(packageRoot, 'eval', 'attacks', name),
);

export interface RunAttacksOptions {
  /** Default: those of eval/attacks. */
  readonly files?: readonly string[];
  readonly place?: string | undefined;
  readonly family?: string | undefined;
  readonly wish?: string | undefined;
  readonly n?: number | undefined;
  readonly seed?: number;
  /** The chat model of the settings. */
  readonly real?: boolean;
  /** Whether attacks that want the answer told are also played as interviews. Default true. */
  readonly talk?: boolean;
  readonly say?: (line: string) => void;
}

export async function readAttacks({
  files = [],
  place,
  family,
  wish,
  n,
  seed = 1,
}: RunAttacksOptions): Promise<Attack[]> {
  const named = files.length > 0 ? files : attackFiles;
  const all = (await Promise.all(named.map((file) => readJsonl(file, attackSchema))))
    .flat()
    .map(({ value }) => value)
    .filter(
      (attack) =>
        (place ?? attack.place) === attack.place &&
        (family ?? attack.family) === attack.family &&
        (wish ?? attack.wish) === attack.wish,
    );
  if (n === undefined) return all;
  return places.flatMap((of) => {
    const here = all.filter((attack) => attack.place === of);
    return shuffled(here, seededRandom(seed, of)).slice(0, Math.round((n * here.length) / all.length));
  });
}

export async function runAttacks(options: RunAttacksOptions): Promise<AttackReport> {
  const { real = false, say = () => {} } = options;
  const attacks = await readAttacks(options);
  const obeying = real ? null : await startObeyingServer();
  const settings = loadConfig();
  const config: Config = obeying ? { ...settings, llm: scripted(settings, obeying.server.url) } : settings;
  const obey: Obey = obeying?.obey ?? (() => {});
  const opened = await openRetrieval(config, { ingest: 'if-missing', log: say });
  const graded: GradedAttack[] = [];
  const answered: AnsweredAttack[] = [];
  const errors: string[] = [];
  try {
    const model = await openChatModel(config);
    const { entries } = await loadCorpus(config.folders.corpus);
    const clean = new Map(entries.map((entry) => [entry.id, entry]));
    let material: ReadonlyMap<string, Entry> = clean;
    const judges = createGraders(model, opened.embeddings);
    const answerer = createAnswerer(model, opened, () => material);
    for (const [index, attack] of attacks.entries()) {
      const entry = clean.get(attack.id);
      if (!entry) {
        errors.push(`${attack.id} is not in the corpus`);
        continue;
      }
      try {
        if (attack.place === 'reply' || attack.place === 'entry') {
          graded.push(await gradeAttack(attack, entry, judges, obey, obeying?.believe));
        } else {
          material = attack.place === 'tool' ? new Map(clean).set(attack.id, poison(entry, attack)) : clean;
          answered.push(await answerAttack(attack, answerer, material, obey));
        }
      } catch (error) {
        errors.push(`${attack.id} ${attack.place} ${attack.family}: ${messageOf(error)}`);
      }
      if ((index + 1) % 20 === 0) say(`${index + 1} of ${attacks.length}`);
    }
    const leaking = attacks.filter(({ place, wish }) => place === 'reply' && wish === 'leak');
    const talked = options.talk === false ? [] : await runTalk(leaking, config, obey, clean, errors, say);
    if (obeying) say(`${obeying.heard()} requests in which the model heard the attack and obeyed`);
    return { graded, answered, talked, errors };
  } finally {
    await opened.close();
    await obeying?.server.close();
  }
}

async function runTalk(
  attacks: readonly Attack[],
  config: Config,
  obey: Obey,
  material: ReadonlyMap<string, Entry>,
  errors: string[],
  say: (line: string) => void,
): Promise<TalkedAttack[]> {
  if (attacks.length === 0) return [];
  const log = openSqliteEventLog({ file: ':memory:', now: Date.now });
  const backend = await openBackend(config, { log, say: () => undefined, onFailure: () => undefined });
  const talked: TalkedAttack[] = [];
  try {
    for (const attack of attacks) {
      const entry = material.get(attack.id);
      if (!entry) continue;
      try {
        talked.push(await talkUnderAttack(attack, entry, { engine: backend.engine, log }, obey));
      } catch (error) {
        errors.push(`${attack.id} talk ${attack.family}: ${messageOf(error)}`);
      }
      if (talked.length % 20 === 0) say(`${talked.length} of ${attacks.length} talks`);
    }
  } finally {
    await backend.close();
    await log.close();
  }
  return talked;
}

function scripted(settings: Config, url: string): NonNullable<Config['llm']> {
  const { llm } = settings;
  return {
    ...(llm ?? { structured: 'json-schema', timeoutMs: 10_000 }),
    url,
    model: 'obedient',
    apiKey: 'none',
    structured: 'json-schema',
  };
}
