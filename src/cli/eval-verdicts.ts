/** `viva eval verdicts`. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig, packageRoot } from '../config.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { VivaError } from '../errors.ts';
import { evaluateGrading, type GradingCase } from '../eval/grading-eval.ts';
import {
  compareVerdicts,
  describeVerdicts,
  hashOfReply,
  reportVerdicts,
  verdictLabelSchema,
  type VerdictLabel,
} from '../eval/verdict-eval.ts';
import { readPackageReplies } from './eval-grading.ts';
import { readCases } from './eval.ts';
import { openGrading } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';

interface Flags {
  readonly split: string;
  readonly json?: true;
}

/** Where the labels stand in the package. */
const labelsFile = join('eval', 'verdicts', 'labels.jsonl');

export function addEvalVerdicts(evalCommand: Command, io: Io): void {
  evalCommand
    .command('verdicts')
    .description(
      'single verdicts against those a person gives on the same key points: agreement, and what a confidence is worth',
    )
    .option('--split <name>', 'dev (with train) or test', 'test')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  $ viva eval verdicts\n  $ viva eval verdicts --split dev --json')
    .action(async (flags: Flags) => {
      if (flags.split !== 'dev' && flags.split !== 'test')
        throw new VivaError('usage', `--split ${flags.split}: give dev or test.`);
      const { cases, labels } = await readLabelled(flags.split);
      const config = loadConfig();
      const { entries } = await loadCorpus(config.folders.corpus);
      const opened = await openGrading(config);
      try {
        const byId = new Map(entries.map((entry) => [entry.id, entry]));
        const { graded } = await evaluateGrading(cases, opened.grader, byId);
        const report = reportVerdicts(compareVerdicts(graded, labels));
        if (flags.json) printJson(io, report);
        else io.out(`${describeVerdicts(report)}\n`);
      } finally {
        await opened.close();
      }
    });
}

/** All labels of the package. */
export function readLabels(): Promise<VerdictLabel[]> {
  return readCases(
    [join(packageRoot, labelsFile)],
    verdictLabelSchema,
    undefined,
    '{"reply", "id", "lang", "kind", "split", "verdicts"}',
  );
}

async function readLabelled(
  split: 'dev' | 'test',
): Promise<{ readonly cases: GradingCase[]; readonly labels: VerdictLabel[] }> {
  const labels = (await readLabels()).filter((one) => (one.split === 'test') === (split === 'test'));
  const replies = await readPackageReplies();
  const wanted = new Set(labels.map(({ reply }) => reply));
  return { cases: replies.filter(({ answer }) => wanted.has(hashOfReply(answer))), labels };
}
