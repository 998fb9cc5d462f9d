/** `viva grade`: one reply to one question. */
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import { detectLang } from '../coach/detect-lang.ts';
import { loadConfig } from '../config.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { messageOf, VivaError } from '../errors.ts';
import { composeFeedback } from '../grading/feedback.ts';
import { limits, type Lang } from '../protocol.ts';
import { gradeText } from './event-text.ts';
import { createGraders, openChatModel, openGrading } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';

interface Flags {
  readonly lang?: Lang;
  readonly file?: string;
  readonly json?: true;
}

export function addGradeCommand(program: Command, io: Io): void {
  program
    .command('grade')
    .description('grade one reply, point by point')
    .argument('<entry>', 'id of the question, like llm/language/05')
    .argument('[reply]', 'the reply; - or nothing reads it from stdin')
    .option('--file <path>', 'read the reply from a file')
    .addOption(
      new Option('--lang <lang>', "language of the feedback (default: the reply's)").choices(['zh', 'en']),
    )
    .option('--json', 'print one JSON object: grade and feedback')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva grade llm/language/05 "A 随机初始化，B 置零"\n  $ viva grade code/15 --file nms.py --json\n  $ pbpaste | viva grade llm/general/08',
    )
    .action(async (id: string, typed: string | undefined, flags: Flags) => {
      const reply = await readReply(typed, flags);
      if (reply.length > limits.messageChars) {
        throw new VivaError(
          'usage',
          `The reply has ${reply.length} characters; ${limits.messageChars} at most are graded.`,
        );
      }
      const config = loadConfig();
      const { entries } = await loadCorpus(config.folders.corpus);
      const entry = entries.find((one) => one.id === id);
      if (!entry) {
        throw new VivaError(
          'entry-not-found',
          `No entry '${id}' in ${config.folders.corpus}: an id is a path like llm/language/05, as it stands in the entry's file.`,
        );
      }
      const lang = flags.lang ?? detectLang(reply, config.lang);
      const opened = await openGrading(config);
      try {
        const { grader } = createGraders(await openChatModel(config), opened.embeddings, (error) => {
          io.err(`grade: graded locally: ${messageOf(error)}\n`);
        });
        const grade = await grader.grade({ entry, reply, lang });
        const feedback = composeFeedback({ entry, grade, lang });
        if (flags.json) printJson(io, { entryId: entry.id, lang, grade, feedback });
        else io.out(`${entry.question[lang]}\n\n${gradeText(grade)}\n\n${feedback}\n`);
      } finally {
        await opened.close();
      }
    });
}

async function readReply(typed: string | undefined, flags: Flags): Promise<string> {
  if (flags.file !== undefined) {
    if (typed !== undefined) {
      throw new VivaError('usage', 'The reply is given twice, as an argument and by --file: leave one out.');
    }
    return readFile(flags.file, 'utf8').catch((cause: unknown) => {
      throw new VivaError('usage', `--file ${flags.file}: cannot be read; give a text file.`, { cause });
    });
  }
  return typed === undefined || typed === '-' ? readAll(process.stdin) : typed;
}
