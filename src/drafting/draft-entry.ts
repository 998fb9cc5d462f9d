/** A sketch and a chat model → proposals for what the sketch lacks, all checked, and what was left out. */
import { sentencesIn } from '../answering/sentences.ts';
import { langs } from '../corpus/entry.ts';
import { isAbort, VivaError } from '../errors.ts';
import type { ChatModel } from '../llm/chat-model.ts';
import type { Lang } from '../protocol.ts';
import type { Checked, LeftOut } from './ask.ts';
import type { Proposal } from './draft-file.ts';
import type { Drafting, Point } from './drafting.ts';
import { missingLangs, missingParts, partNames, type PartName } from './parts.ts';
import { proposeAskedAs, proposeFollowUps, proposeHints, proposeMisconceptions } from './propose-around.ts';
import { proposeKeyPoints } from './propose-key-points.ts';
import { proposeStatements } from './propose-statements.ts';
import { proposeTranslation } from './propose-translation.ts';
import type { Sketch } from './sketch.ts';

export interface DraftEntryOptions {
  readonly model: ChatModel;
  readonly sketch: Sketch;
  /** Default: all. Parts that the entry has are never drafted. */
  readonly only?: readonly PartName[];
  /** Languages of statements; default: both. */
  readonly statementLangs?: readonly Lang[];
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface Drafted {
  readonly proposal: Proposal;
  readonly leftOut: readonly LeftOut[];
  /** What ended it early: the model is away or out of budget. What came before is in the proposal. */
  readonly ended: VivaError | null;
}

/** The parts that would be asked for. */
export function plannedParts(sketch: Sketch, only: readonly PartName[] = partNames): PartName[] {
  return missingParts(sketch).filter((name) => only.includes(name));
}

/** @throws VivaError `aborted`. Other failures of the model end the draft early. */
export async function draftEntry(options: DraftEntryOptions): Promise<Drafted> {
  const { sketch, signal, statementLangs = langs } = options;
  const parts = plannedParts(sketch, options.only);
  const proposal: { -readonly [K in keyof Proposal]: Proposal[K] } = {};
  const leftOut: LeftOut[] = [];
  const keep = <T>({ kept, leftOut: more }: Checked<T>): readonly T[] => {
    leftOut.push(...more);
    return kept;
  };
  let done = 0;
  // One step a part; a key point's statements in one language are a step too, as soon as it is known how many there are.
  let of = parts.length;
  const step = () => options.onProgress?.(++done, of);
  const drafting = (): Drafting => draftingOf(options, proposal);
  const run: Readonly<Record<PartName, () => Promise<void>>> = {
    translation: async () => {
      for (const to of missingLangs(sketch)) {
        const from = to === 'zh' ? 'en' : 'zh';
        const question = sketch.question[from] ?? sketch.question[to] ?? '';
        const answer = sketch.answer[from] ?? sketch.answer[to] ?? '';
        const [texts] = keep(await proposeTranslation(drafting(), { question, answer }, to));
        if (!texts) continue;
        if (sketch.question[to] === undefined)
          proposal.question = { ...proposal.question, [to]: texts.question };
        if (sketch.answer[to] === undefined) proposal.answer = { ...proposal.answer, [to]: texts.answer };
      }
    },
    'asked-as': async () => {
      const kept = keep(await proposeAskedAs(drafting()));
      const of = (lang: Lang) => kept.filter((one) => one.lang === lang).map(({ text }) => text);
      if (kept.length > 0) proposal.askedAs = { zh: of('zh'), en: of('en') };
    },
    'key-points': async () => {
      const entry = drafting().entry;
      const lacking = langs.filter((lang) => (entry.sentences[lang] ?? []).length === 0);
      if (lacking.length > 0) {
        leftOut.push({
          what: 'key points',
          reason: `there is no ${lacking.join(' and ')} answer to take their reference from`,
        });
        return;
      }
      const kept = keep(await proposeKeyPoints(drafting(), sketch.fields.kind));
      if (kept.length > 0) proposal.keyPoints = [...kept];
    },
    misconceptions: async () => {
      const kept = keep(await proposeMisconceptions(drafting()));
      if (kept.length > 0) proposal.misconceptions = [...kept];
    },
    hints: async () => {
      const kept = keep(await proposeHints(drafting()));
      if (kept.length > 0) proposal.hints = [...kept];
    },
    'follow-ups': async () => {
      if (drafting().entry.keyPoints.length === 0) return;
      const kept = keep(await proposeFollowUps(drafting()));
      if (kept.length > 0) proposal.followUps = [...kept];
    },
    statements: async () => {
      const points = drafting().entry.keyPoints.filter(({ id }) => !sketch.taught.has(id));
      of += points.length * statementLangs.length;
      for (const point of points) {
        const found = emptyStatements();
        for (const lang of statementLangs) {
          for (const { label, text } of keep(await proposeStatements(drafting(), point, lang)))
            found[label][lang].push(text);
          step();
        }
        if (Object.values(found).some(({ zh, en }) => zh.length + en.length > 0))
          proposal.statements = { ...proposal.statements, [point.id]: found };
      }
    },
  };
  for (const name of parts) {
    try {
      await run[name]();
    } catch (error) {
      if (!(error instanceof VivaError) || isAbort(error) || signal.aborted) throw error;
      return { proposal, leftOut, ended: error };
    }
    step();
  }
  return { proposal, leftOut, ended: null };
}

/** What the model reads: the entry, and what was drafted for it so far. */
function draftingOf({ model, sketch, signal }: DraftEntryOptions, proposal: Proposal): Drafting {
  const answer = { ...proposal.answer, ...sketch.answer };
  const points: readonly Point[] = sketch.fields.keyPoints ?? proposal.keyPoints ?? [];
  return {
    model,
    entry: {
      question: { ...proposal.question, ...sketch.question },
      sentences: Object.fromEntries(
        langs.flatMap((lang) => {
          const text = answer[lang];
          return text === undefined ? [] : [[lang, sentencesIn(text).map((one) => one.text)]];
        }),
      ),
      keyPoints: points,
    },
    material: sketch.text,
    signal,
  };
}

function emptyStatements() {
  const none = () => ({ zh: [] as string[], en: [] as string[] });
  return { covered: none(), partial: none(), contradicted: none() };
}
