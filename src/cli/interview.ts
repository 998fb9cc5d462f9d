/** `viva interview`: an interview at the terminal, kept in the same event log as the server's. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { loadConfig } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import { isAbort, toPublicError, VivaError } from '../errors.ts';
import {
  entryKindSchema,
  type EntryKind,
  type Lang,
  type Mode,
  type PlanRequest,
  type SessionEvent,
} from '../protocol.ts';
import { openSqliteEventLog } from '../sessions/sqlite-event-log.ts';
import { gradeText, textOfEvent } from './event-text.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { openBackend } from './open-backend.ts';
import { stageLine } from './stage-line.ts';

interface Flags {
  readonly lang?: Lang;
  readonly mode: Mode;
  readonly topic?: string;
  readonly module?: string;
  readonly kind?: EntryKind[];
  readonly difficulty?: number;
  readonly questions: number;
  readonly json?: true;
}

interface Talk {
  readonly prompt: string;
  readonly help: string;
  /** Said when the sessions cannot be stored; the reason follows. */
  readonly notStored: string;
  readonly answerNotStored: string;
}

const talk: Record<Lang, Talk> = {
  zh: {
    notStored: '刚才这条没有存下，请稍后再发一次。',
    answerNotStored: '你的话已经存好，但教练的回应没能存下；恢复后发下一条时会先补上。',
    prompt: '你> ',
    help: '直接打字回答；也可以说「提示」「跳过」「不会」「看答案」「报告」「结束」，或随时提问。一行只写 """ 开始和结束多行输入。',
  },
  en: {
    notStored: 'This message was not stored: send it again in a moment.',
    answerNotStored:
      'Your message is stored, but the answer to it could not be: it comes before the next one, once that works again.',
    prompt: 'you> ',
    help: 'Type your answer. You can also say "hint", "skip", "I don\'t know", "show me the answer", "report", "stop", or ask a question at any time. A line of """ begins and ends a reply of several lines.',
  },
};

export function addInterviewCommand(program: Command, io: Io): void {
  program
    .command('interview')
    .description('be interviewed at the terminal')
    .addOption(new Option('--lang <lang>', 'language (default: VIVA_LANG)').choices(['zh', 'en']))
    .addOption(
      new Option('--mode <mode>', 'feedback at once, or at the end')
        .choices(['study', 'mock'])
        .default('study'),
    )
    .option('--topic <words>', 'what it should be about, in your own words')
    .option('--module <name>', 'llm, vision, foundations, industry, code or resources')
    .addOption(new Option('--kind <kinds...>', 'kinds of question').choices(entryKindSchema.options))
    .option('--difficulty <level>', '1 (screening) to 5 (research)', level)
    .option('--questions <n>', 'how many questions, 1 to 20', count, 5)
    .option('--json', 'print each event as one JSON line instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva interview --topic LoRA\n  $ viva interview --lang en --mode mock --module vision --questions 3\n  $ printf "hint\\nskip\\nend\\n" | viva interview --json',
    )
    .action(async (flags: Flags) => interview(flags, io));
}

async function interview(flags: Flags, io: Io): Promise<void> {
  const config = loadConfig();
  const lang = flags.lang ?? config.lang;
  const log = openSqliteEventLog({ file: join(config.folders.data, 'viva.db'), now: Date.now });
  try {
    const backend = await openBackend(config, {
      log,
      say: (message) => io.err(`viva: ${message}\n`),
      onFailure: (error, doing) => io.err(`viva: ${doing}: ${toPublicError(error, 'this run').message}\n`),
    });
    const show = (event: SessionEvent) => {
      if (flags.json) {
        io.out(`${JSON.stringify(event)}\n`);
        return;
      }
      if (event.type === 'reply.graded' && flags.mode === 'study') io.out(`${gradeText(event.grade)}\n\n`);
      const text = textOfEvent(event);
      if (text) io.out(`${text}\n\n`);
    };
    try {
      const session = await backend.engine.createSession({
        lang,
        mode: flags.mode,
        plan: planOf(flags),
        // Nobody resumes a terminal's session over the network: its token is thrown away.
        tokenHash: createHash('sha256').update(randomBytes(32)).digest('hex'),
      });
      if (!flags.json) io.err(`${talk[lang].help}\n\n`);
      for (const event of session.events) show(event);
      await talkTo(backend.engine, session.sessionId, { talk: talk[lang], show, lang }, io);
    } finally {
      await backend.close();
    }
  } finally {
    await log.close();
  }
}

/** Hands every message of the terminal or pipe to the engine, until the interview, the input or the candidate ends it. */
async function talkTo(
  engine: Engine,
  sessionId: string,
  {
    talk: { prompt, notStored, answerNotStored },
    show,
    lang,
  }: { talk: Talk; show: (event: SessionEvent) => void; lang: Lang },
  io: Io,
): Promise<void> {
  const stop = new AbortController();
  const stages = stageLine(io, lang);
  // Made only now: lines that are read before somebody iterates over them are lost.
  const input = createInterface({ input: process.stdin, output: process.stderr, terminal: io.interactive });
  input.on('SIGINT', () => {
    stop.abort();
    input.close();
    process.exitCode = exitCodes.interrupted;
  });
  try {
    for await (const text of replies(input, prompt, io)) {
      if (stop.signal.aborted) break;
      let stored = false;
      const onEvent = (event: SessionEvent) => {
        stages.end();
        show(event);
      };
      const { onStage } = stages;
      const hooks = { signal: stop.signal, onEvent, onStage, onAck: () => void (stored = true) };
      const phase = await engine
        .handleMessage(sessionId, { clientId: randomUUID(), text }, hooks)
        .catch((error: unknown) => {
          if (isAbort(error)) return 'finished' as const;
          if (error instanceof VivaError && error.code === 'storage-failed') {
            // Whoever sits at the terminal runs Viva: the path and the reason are theirs to see.
            io.err(`viva: ${error.message}\nviva: ${stored ? answerNotStored : notStored}\n`);
            return null;
          }
          io.err(`viva: ${toPublicError(error, sessionId).message}\n`);
          return null;
        });
      if (phase === 'finished') break;
    }
  } finally {
    input.close();
  }
}

/** Messages from the terminal or a pipe; `"""` on lines of their own encloses several lines. */
async function* replies(
  input: ReturnType<typeof createInterface>,
  prompt: string,
  io: Io,
): AsyncIterable<string> {
  let block: string[] | null = null;
  const ask = () => {
    if (io.interactive) io.err(prompt);
  };
  ask();
  for await (const line of input) {
    if (line.trim() === '"""') {
      if (block) yield block.join('\n');
      block = block ? null : [];
    } else if (block) {
      block.push(line);
    } else {
      yield line;
    }
    if (!block) ask();
  }
  if (block) yield block.join('\n');
}

function planOf(flags: Flags): PlanRequest {
  return {
    questions: flags.questions,
    ...(flags.topic === undefined ? {} : { topic: flags.topic }),
    ...(flags.module === undefined ? {} : { module: flags.module }),
    ...(flags.kind === undefined ? {} : { kinds: flags.kind }),
    ...(flags.difficulty === undefined
      ? {}
      : { difficulty: { min: flags.difficulty, max: flags.difficulty } }),
  };
}

function level(text: string): number {
  return whole(text, 5);
}

function count(text: string): number {
  return whole(text, 20);
}

function whole(text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`A whole number from 1 to ${most}.`);
}
