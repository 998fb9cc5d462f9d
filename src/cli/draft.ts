/** `viva draft`: what entries lack, proposed by the chat model, to be read by a person and then accepted. */
import { readFile, rm } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { loadConfig, type Config } from '../config.ts';
import { draftEnding, maxFileBytes } from '../corpus/load-corpus.ts';
import { formatProblem } from '../corpus/problem.ts';
import { placeInBank, stillMissing, tryAcceptance } from '../drafting/accept-draft.ts';
import type { LeftOut } from '../drafting/ask.ts';
import { draftEntry, plannedParts } from '../drafting/draft-entry.ts';
import { draftFileOf, draftFormat, readDraft, writeDraft } from '../drafting/draft-file.ts';
import { partNames, type PartName } from '../drafting/parts.ts';
import { readSketch, type Sketch } from '../drafting/sketch.ts';
import { replaceFile } from '../embedding/replace-file.ts';
import { isAbort, VivaError, type ErrorCode } from '../errors.ts';
import type { ChatModel } from '../llm/chat-model.ts';
import { draftPromptId } from '../llm/prompts/draft-v1.ts';
import type { Lang } from '../protocol.ts';
import { exitCodes } from './exit-codes.ts';
import { openChatModel } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';
import { ProgressLine } from './progress-line.ts';

interface Flags {
  readonly only?: string;
  readonly lang?: string;
  readonly accept?: true;
  readonly dryRun?: true;
  readonly force?: true;
  readonly json?: true;
}

/** What became of one file. */
interface Outcome {
  readonly file: string;
  /** The draft that was written; null when none was. */
  readonly draft: string | null;
  readonly state: 'planned' | 'drafted' | 'accepted' | 'complete' | 'refused' | 'failed';
  readonly parts: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Fields and problems that somebody must see to. */
  readonly toDo: readonly string[];
}

export function addDraftCommand(program: Command, io: Io): void {
  program
    .command('draft')
    .description('propose what entries lack, by the chat model, as drafts to read; --accept takes one over')
    .argument('<files...>', 'entry files (.md): a question and an answer are enough')
    .option('--only <parts>', `only these, with commas between: ${partNames.join(', ')}`)
    .option('--lang <lang>', 'statements in zh or en alone; all else comes in both, as entries need it')
    .option('--accept', 'lint what entry and reviewed draft give together, and write it into the entry')
    .option('--dry-run', 'say what would be done; ask no model, write nothing')
    .option('--force', 'write over a waiting draft; with --accept: although the linter warns')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ viva draft my-bank/nlp/01-attention.md
  $ viva draft my-bank/nlp/*.md --only key-points,statements
  $ viva draft --accept my-bank/nlp/01-attention.md

A draft waits beside its entry as ….draft.yaml and is used by nothing until it is accepted.`,
    )
    .action(async (files: string[], flags: Flags) => {
      const only = readParts(flags.only);
      const lang = readLang(flags.lang);
      const config = loadConfig();
      const outcomes: Outcome[] = [];
      const stop = new AbortController();
      const interrupt = () => {
        stop.abort();
      };
      process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
      try {
        const model =
          flags.accept === true || flags.dryRun === true ? null : await openChatModel(requireModel(config));
        for (const file of files.map((one) => entryFileOf(one))) {
          const outcome = await eachFile(file, io, async () =>
            flags.accept === true
              ? accept(file, config, flags, io)
              : draft(file, { model, only, lang, flags, io, signal: stop.signal }),
          );
          outcomes.push(outcome);
        }
      } catch (error) {
        if (!stop.signal.aborted || !isAbort(error)) throw error;
        io.err('draft: stopped; the drafts that were written stay\n');
        process.exitCode = exitCodes.interrupted;
        return;
      } finally {
        process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      }
      if (flags.json === true) printJson(io, { files: outcomes });
      if (outcomes.some(({ state }) => state === 'failed')) process.exitCode = exitCodes.failed;
      else if (outcomes.some(({ state }) => state === 'refused')) process.exitCode = exitCodes.findings;
    });
}

/** Failures that say nothing of the next file. */
const ofTheFile: ReadonlySet<ErrorCode> = new Set([
  'corpus-invalid',
  'not-found',
  'file-exists',
  'data-unwritable',
]);

/** One file's failure is told and leaves the others their turn; one of the model, or Ctrl-C, ends them all. */
async function eachFile(file: string, io: Io, run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof VivaError) || !ofTheFile.has(error.code)) throw error;
    io.err(`draft: ${error.message}\n`);
    const state = error.code === 'corpus-invalid' ? 'refused' : 'failed';
    return { file, draft: null, state, parts: [], leftOut: [], toDo: [error.message] };
  }
}

interface Work {
  /** null: a dry run. */
  readonly model: ChatModel | null;
  readonly only: readonly PartName[];
  readonly lang: Lang | null;
  readonly flags: Flags;
  readonly io: Io;
  readonly signal: AbortSignal;
}

async function draft(file: string, { model, only, lang, flags, io, signal }: Work): Promise<Outcome> {
  const sketch = await openSketch(file);
  const parts = plannedParts(sketch, only);
  const draftFile = draftFileOf(file);
  const base = { file, draft: null, parts, leftOut: [] };
  if (parts.length === 0) {
    io.err(`draft: ${file} lacks nothing that was asked for\n`);
    return { ...base, state: 'complete', toDo: stillMissing(sketch) };
  }
  if (flags.force !== true && (await readIfThere(draftFile)) !== null) {
    throw new VivaError(
      'file-exists',
      `${draftFile} waits already: accept it, delete it, or write over it with --force.`,
    );
  }
  if (model === null) {
    io.err(`draft: ${file}: would ask for ${parts.join(', ')}\n`);
    return { ...base, state: 'planned', toDo: tellMissing(sketch, parts, io) };
  }
  const line = new ProgressLine(io, `drafting ${file}`);
  const drafted = await draftEntry({
    model,
    sketch,
    only,
    ...(lang === null ? {} : { statementLangs: [lang] }),
    signal,
    onProgress: (done, of) => {
      line.show(done, of);
    },
  }).finally(() => {
    line.end();
  });
  const { proposal, leftOut, ended } = drafted;
  for (const { what, reason } of leftOut) io.err(`draft: ${file}: left out ${what}: ${reason}\n`);
  const written = Object.keys(proposal);
  if (written.length > 0) {
    const text = writeDraft(
      { format: draftFormat, reviewed: false, model: model.id, prompt: draftPromptId, proposes: proposal },
      file,
      leftOut,
    );
    await replaceFile(draftFile, text);
    io.err(`draft: ${draftFile} waits for you: ${written.join(', ')}\n`);
  }
  if (ended) throw ended;
  const toDo = tellMissing(sketch, parts, io);
  if (written.length === 0) {
    io.err(`draft: ${file}: nothing that the model proposed could be used; no draft was written\n`);
    return { ...base, state: 'refused', leftOut, toDo };
  }
  return { ...base, draft: draftFile, state: 'drafted', parts: written, leftOut, toDo };
}

/** Says what the draft does not bring and only the author knows. */
function tellMissing(sketch: Sketch, parts: readonly PartName[], io: Io): string[] {
  const drafted: Readonly<Record<string, PartName>> = {
    askedAs: 'asked-as',
    keyPoints: 'key-points',
    hints: 'hints',
    followUps: 'follow-ups',
  };
  const open = stillMissing(sketch).filter((what) => {
    const name = /^\w+/.exec(what)?.[0] ?? '';
    const part = drafted[name] ?? (/^question\.|^the /.test(what) ? 'translation' : undefined);
    return part === undefined || !parts.includes(part);
  });
  for (const what of open) io.err(`draft: ${sketch.file}: add yourself: ${what}\n`);
  return open;
}

async function accept(file: string, config: Config, flags: Flags, io: Io): Promise<Outcome> {
  const sketch = await openSketch(file);
  const draftFile = draftFileOf(file);
  const text = await readIfThere(draftFile);
  if (text === null) {
    throw new VivaError(
      'not-found',
      `${draftFile}: there is no draft to accept; make one with viva draft ${file}`,
    );
  }
  const waiting = readDraft(draftFile, text);
  if (!waiting.reviewed) {
    throw new VivaError(
      'corpus-invalid',
      `${draftFile} has not been reviewed: read it, mend it, and set 'reviewed: true' in it.`,
    );
  }
  const { merged, errors, warnings } = tryAcceptance(sketch, waiting, bankPath(file, sketch, config));
  const toDo = [...errors, ...warnings].map(formatProblem);
  for (const one of toDo) io.out(flags.json === true ? '' : `${one}\n`);
  for (const name of merged.ignored) io.err(`draft: ${file} has its own ${name}: the draft's is dropped\n`);
  const base = { file, draft: null, parts: merged.added, leftOut: [], toDo };
  if (errors.length > 0 || (warnings.length > 0 && flags.force !== true)) {
    const how = errors.length > 0 ? '' : '; --force accepts it all the same';
    io.err(`draft: ${file} stays as it is: mend ${draftFile} or the entry first${how}\n`);
    return { ...base, state: 'refused' };
  }
  if (flags.dryRun === true) {
    io.err(`draft: ${file}: would add ${merged.added.join(', ') || 'nothing'}\n`);
    return { ...base, state: 'planned' };
  }
  // An entry without its statements can be used, statements without their key points cannot: so in this order.
  await replaceFile(file, merged.text);
  if (merged.statementsText !== null)
    await replaceFile(file.replace(/\.md$/, '.statements.yaml'), merged.statementsText);
  await rm(draftFile);
  io.err(`draft: ${file} now has ${merged.added.join(', ') || 'nothing new'}; run \`viva ingest\`\n`);
  return { ...base, state: 'accepted' };
}

/** The path in the bank: below VIVA_CORPUS, or as far as the entry's id tells. */
function bankPath(file: string, sketch: Sketch, config: Config): string {
  const path = relative(config.folders.corpus, resolve(file));
  const inside = !path.startsWith('..') && !isAbsolute(path);
  return inside
    ? path.split(sep).join('/')
    : placeInBank(resolve(file).split(sep).join('/'), sketch.fields.id);
}

async function openSketch(file: string): Promise<Sketch> {
  const text = await readIfThere(file);
  if (text === null) throw new VivaError('not-found', `${file}: there is no such file.`);
  return readSketch(file, text, await readIfThere(file.replace(/\.md$/, '.statements.yaml')));
}

async function readIfThere(file: string): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new VivaError('corpus-invalid', `${file} cannot be read: give an entry file.`, { cause: error });
  }
  if (bytes.length > maxFileBytes)
    throw new VivaError('corpus-invalid', `${file}: ${bytes.length} bytes; ${maxFileBytes} at most.`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new VivaError('corpus-invalid', `${file}: not valid UTF-8; save it as UTF-8.`, { cause });
  }
}

/** A draft stands for its entry, so that `--accept` can be given either. */
function entryFileOf(file: string): string {
  if (file.endsWith(draftEnding)) return file.slice(0, -draftEnding.length) + '.md';
  if (file.endsWith('.md')) return file;
  throw new VivaError('usage', `${file}: give entry files, which end in .md.`);
}

function requireModel(config: Config): Config {
  if (config.llm) return config;
  throw new VivaError(
    'config-invalid',
    'No chat model is set, and drafts are written by one: set VIVA_MODEL (and OPENAI_BASE_URL, OPENAI_API_KEY) to any OpenAI-compatible model, in the environment or in .env.',
  );
}

function readParts(text: string | undefined): readonly PartName[] {
  if (text === undefined) return partNames;
  return text.split(',').map((raw) => {
    const name = partNames.find((one) => one === raw.trim());
    if (!name) throw new VivaError('usage', `--only ${raw.trim()}: choose from ${partNames.join(', ')}.`);
    return name;
  });
}

function readLang(text: string | undefined): Lang | null {
  if (text === undefined || text === 'zh' || text === 'en') return text ?? null;
  throw new VivaError('usage', `--lang ${text}: choose zh or en.`);
}
