/** `viva ask`: one question to the material. */
import { text as readAll } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import { detectLang } from '../coach/detect-lang.ts';
import { loadConfig } from '../config.ts';
import { messageOf, VivaError } from '../errors.ts';
import { limits, type Answer, type Citation, type Lang } from '../protocol.ts';
import { openAnswering } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';
import { stageLine } from './stage-line.ts';

interface Flags {
  readonly lang?: Lang;
  readonly json?: true;
}

/** Characters of the material shown with a citation. */
const excerptChars = 120;

export function addAskCommand(program: Command, io: Io): void {
  program
    .command('ask')
    .description('answer one question from the material, with citations, or say that it is not covered')
    .argument('[question]', 'the question; - or nothing reads it from stdin')
    .addOption(
      new Option('--lang <lang>', "language of the answer (default: the question's)").choices(['zh', 'en']),
    )
    .option('--json', 'print one JSON object: the question and the answer')
    .addHelpText(
      'after',
      '\nA refusal is an answer too: the exit status is 0.\n\nExamples:\n  $ viva ask "LoRA 的 B 为什么初始化为 0"\n  $ viva ask "does flash attention approximate?" --json\n  $ pbpaste | viva ask -',
    )
    .action(async (typed: string | undefined, flags: Flags) => {
      const question = (typed === undefined || typed === '-' ? await readAll(process.stdin) : typed).trim();
      if (question === '')
        throw new VivaError('usage', 'The question is empty: give it as an argument or on stdin.');
      if (question.length > limits.messageChars) {
        throw new VivaError(
          'usage',
          `The question has ${question.length} characters; ${limits.messageChars} at most are answered.`,
        );
      }
      const config = loadConfig();
      const lang = flags.lang ?? detectLang(question, config.lang);
      const opened = await openAnswering(config, {
        ingest: 'if-missing',
        log: (message) => {
          if (io.interactive) io.err(`ask: ${message}\n`);
        },
        onFallback: (error) => {
          io.err(`ask: answered locally: ${messageOf(error)}\n`);
        },
      });
      try {
        const stages = stageLine(io, lang);
        const answer = await opened.answerer
          .answer({ question, lang, onStage: stages.onStage })
          .finally(stages.end);
        if (flags.json) printJson(io, { question, lang, answer });
        else io.out(textOf(answer));
      } finally {
        await opened.close();
      }
    });
}

function textOf(answer: Answer): string {
  if (answer.kind === 'refused') {
    const topics = answer.nearest.map(({ entryId, question }) => `  ${entryId}  ${question}\n`).join('');
    return `${answer.text}\n${topics}`;
  }
  const places: Citation[] = [];
  const sentences = answer.sentences.map(({ text, citations }) => {
    const numbers = citations.map((citation) => {
      places.push(citation);
      return `[${places.length}]`;
    });
    return text.includes('\n') ? `${text}\n${numbers.join('')}` : `${text} ${numbers.join('')}`;
  });
  const list = places.map(({ entryId, question, referenceSpan }, index) => {
    const excerpt = referenceSpan.text.replace(/\s+/gu, ' ');
    const shown = excerpt.length > excerptChars ? `${excerpt.slice(0, excerptChars - 1)}…` : excerpt;
    return `[${index + 1}] ${entryId}, ${referenceSpan.start}–${referenceSpan.end}: ${question}\n    ${shown}`;
  });
  return `${sentences.join('\n')}\n\n${list.join('\n')}\n`;
}
