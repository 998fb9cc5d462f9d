/** `viva play`: dialogues from a file against fresh sessions. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { loadConfig } from '../config.ts';
import { messageOf } from '../errors.ts';
import { readJsonl } from '../eval/jsonl.ts';
import type { Engine } from '../engine/engine.ts';
import { langSchema, modeSchema, planRequestSchema, type Grade, type SessionEvent } from '../protocol.ts';
import { openSqliteEventLog } from '../sessions/sqlite-event-log.ts';
import { textOfEvent } from './event-text.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { openBackend } from './open-backend.ts';

const dialogueSchema = z.object({
  name: z.string().min(1),
  lang: langSchema,
  mode: modeSchema.default('study'),
  /** Starts the interview before the first turn; without, the session begins in the lobby. */
  plan: planRequestSchema.optional(),
  turns: z.array(z.object({ user: z.string() })).min(1),
});
type Dialogue = z.infer<typeof dialogueSchema>;

interface PlayedTurn {
  readonly name: string;
  /** From 1; 0 is what the coach says before the first turn of a dialogue with a plan. */
  readonly turn: number;
  readonly user: string;
  readonly intent: string;
  /** Everything the coach said, in order. */
  readonly text: string;
  readonly grade?: Grade;
  /** Where the interview stands after the turn. */
  readonly state: string;
  readonly error?: string;
}

export function addPlayCommand(program: Command, io: Io): void {
  program
    .command('play')
    .description('play dialogues against fresh sessions and print each turn as one JSON line')
    .argument('<files...>', 'lines of {"name", "lang", "mode"?, "plan"?, "turns": [{"user"}]}')
    .option('--text', 'print a readable transcript instead of JSON lines')
    .option('--json', 'JSON lines (the default)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva play docs/transcripts/interview-zh.jsonl\n  $ viva play dialogue.jsonl --text',
    )
    .action(async (files: string[], flags: { text?: true }) => {
      const dialogues = (await Promise.all(files.map((file) => readJsonl(file, dialogueSchema)))).flat();
      const log = openSqliteEventLog({ file: ':memory:', now: Date.now });
      try {
        const backend = await openBackend(loadConfig(), {
          log,
          say: (message) => io.err(`play: ${message}\n`),
          onFailure: (error, doing) => io.err(`play: ${doing}: ${messageOf(error)}\n`),
        });
        try {
          for (const { value } of dialogues) {
            let first = true;
            // oxlint-disable-next-line no-await-in-loop -- dialogues are printed in the file's order
            await play(value, backend.engine, (turn, alone = false) => {
              io.out(flags.text ? transcript(turn, first, alone) : `${JSON.stringify(turn)}\n`);
              first = false;
              if (turn.error !== undefined) process.exitCode = exitCodes.findings;
            });
          }
        } finally {
          await backend.close();
        }
      } finally {
        await log.close();
      }
    });
}

/** `print` also hears whether a turn's grade is of a follow-up alone. */
async function play(
  dialogue: Dialogue,
  engine: Engine,
  print: (turn: PlayedTurn, alone?: boolean) => void,
): Promise<void> {
  const { name, lang, mode, plan } = dialogue;
  const failed = (turn: number, user: string, error: unknown) => {
    const message = messageOf(error);
    print({ name, turn, user, intent: '', text: '', state: 'error', error: message });
  };
  const session = await engine
    .createSession({ lang, mode, ...(plan ? { plan } : {}), tokenHash: randomUUID() })
    .catch((error: unknown) => failed(0, '', error));
  // Without a session none of the turns can be played; the other dialogues can.
  if (!session) return;
  const opening = session.events.map(textOfEvent).filter(Boolean).join('\n\n');
  if (opening) print({ name, turn: 0, user: '', intent: '', text: opening, state: session.phase });
  for (const [index, { user }] of dialogue.turns.entries()) {
    const events: SessionEvent[] = [];
    try {
      // oxlint-disable-next-line no-await-in-loop -- a dialogue's turns follow one another
      const phase = await engine.handleMessage(
        session.sessionId,
        { clientId: `turn-${index + 1}`, text: user },
        { onEvent: (event) => events.push(event) },
      );
      const graded = events.find((event) => event.type === 'reply.graded');
      const received = events.find((event) => event.type === 'message.received');
      print(
        {
          name,
          turn: index + 1,
          user,
          intent: received?.intent ?? '',
          text: events.map(textOfEvent).filter(Boolean).join('\n\n'),
          ...(graded ? { grade: graded.grade } : {}),
          state: phase,
        },
        graded?.scope === 'follow-up',
      );
    } catch (error) {
      failed(index + 1, user, error);
    }
  }
}

function transcript(turn: PlayedTurn, first: boolean, alone: boolean): string {
  const head = first ? `# ${turn.name}\n\n` : '';
  const total = turn.grade ? `${alone ? 'follow-up alone ' : ''}**${turn.grade.total ?? '–'}/10** · ` : '';
  const asked = turn.turn === 0 ? '' : `> ${turn.user.split('\n').join('\n> ')}\n\n*${turn.intent}* · `;
  return `${head}${asked}${total}*${turn.state}*\n\n${turn.error ?? turn.text}\n\n`;
}
