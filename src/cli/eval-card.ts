/** `viva eval card`: the judge's trust card. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { loadConfig, packageRoot } from '../config.ts';
import type { Entry } from '../corpus/entry.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { VivaError } from '../errors.ts';
import { evaluateGrading, type GradingCase } from '../eval/grading-eval.ts';
import { cardCommand, trustCardMarkdown } from '../eval/trust-card-markdown.ts';
import { makeTrustCard, writeTrustCard, type TrustCard } from '../eval/trust-card.ts';
import {
  readManifests,
  staleParts,
  takeFingerprint,
  trustFingerprintSchema,
  type TrustFingerprint,
} from '../eval/trust-fingerprint.ts';
import type { VerdictLabel } from '../eval/verdict-eval.ts';
import { readPackageReplies, withoutStatements } from './eval-grading.ts';
import { readLabels } from './eval-verdicts.ts';
import { exitCodes } from './exit-codes.ts';
import { openGrading } from './graders-and-answerers.ts';
import type { Io } from './io.ts';

interface Flags {
  readonly write?: true;
  readonly check?: true;
  readonly json?: true;
}

/** Where the card stands in the package: the page reads the first, people the second. */
export const cardFiles = {
  json: join('web', 'public', 'trust-card.json'),
  markdown: join('docs', 'trust-card.md'),
} as const;

export function addEvalCard(evalCommand: Command, io: Io): void {
  evalCommand
    .command('card')
    .description(`grade the test replies of this package and make the trust card, ${cardFiles.markdown}`)
    .option('--write', `write ${cardFiles.markdown} and ${cardFiles.json}; default: print the first`)
    .option('--check', 'only say whether the card is up to date; exit status 3 when it is not')
    .option('--json', 'print the card as JSON')
    .addHelpText('after', '\nExamples:\n  $ viva eval card --write\n  $ viva eval card --check')
    .action(async (flags: Flags) => {
      const measured = await readMeasured();
      if (flags.check) {
        const stale = await checkCard(measured.fingerprint);
        io.out(stale === null ? `${cardFiles.markdown} is up to date\n` : `${stale}\n`);
        if (stale !== null) process.exitCode = exitCodes.findings;
        return;
      }
      const card = await gradeForCard(measured, io);
      const json = writeTrustCard(card);
      // Both come from the same rounded figures, so that one can be made from the other.
      const markdown = trustCardMarkdown(JSON.parse(json) as TrustCard);
      if (flags.write) {
        await writeFile(join(packageRoot, cardFiles.json), json);
        await writeFile(join(packageRoot, cardFiles.markdown), markdown);
        io.err(`eval card: wrote ${cardFiles.markdown} and ${cardFiles.json}; commit both\n`);
      } else io.out(flags.json ? json : markdown);
      if (card.leftOut.errors > 0) process.exitCode = exitCodes.findings;
    });
}

interface Measurable {
  readonly labels: readonly VerdictLabel[];
  readonly cases: readonly GradingCase[];
  readonly entries: ReadonlyMap<string, Entry>;
  readonly fingerprint: TrustFingerprint;
}

/** The card's cases and entries: the package's own, whatever bank the settings name. */
export async function readMeasured(): Promise<Measurable> {
  const cases = await readPackageReplies('test');
  const corpus = await loadCorpus(join(packageRoot, 'corpus'));
  const entries = new Map(corpus.entries.map((entry) => [entry.id, entry]));
  const labels = await readLabels();
  return { cases, entries, labels, fingerprint: await takeFingerprint(packageRoot, cases, entries, labels) };
}

/** Why the stored card is out of date and what to do; null when it is not. */
export async function checkCard(now: TrustFingerprint): Promise<string | null> {
  const text = await readFile(join(packageRoot, cardFiles.json), 'utf8').catch(() => '{}');
  const stored = z.object({ fingerprint: trustFingerprintSchema }).safeParse(JSON.parse(text));
  const parts = stored.success
    ? staleParts(stored.data.fingerprint, now)
    : [`${cardFiles.json} is missing or of another format`];
  if (parts.length === 0) return null;
  return `${cardFiles.markdown} is out of date: ${parts.join('; ')}. Run: ${cardCommand} (about two minutes), and commit ${cardFiles.markdown} with ${cardFiles.json}.`;
}

async function gradeForCard({ cases, entries, labels, fingerprint }: Measurable, io: Io): Promise<TrustCard> {
  const config = loadConfig();
  if (config.embedding.provider !== 'bundled') {
    throw new VivaError(
      'usage',
      `The trust card is of the bundled model: unset VIVA_EMBEDDING (it is ${config.embedding.provider}).`,
    );
  }
  const folders = { ...config.folders, models: join(packageRoot, 'models') };
  const opened = await openGrading({ ...config, folders });
  try {
    io.err(`eval card: grading ${cases.length} test replies, then again without statements\n`);
    const bare = new Map([...entries].map(([id, entry]) => [id, withoutStatements(entry)]));
    return makeTrustCard({
      made: new Date().toISOString().slice(0, 10),
      models: await readModels(),
      entries,
      withStatements: await evaluateGrading(cases, opened.grader, entries),
      withoutStatements: await evaluateGrading(cases, opened.grader, bare),
      labels,
      fingerprint,
    });
  } finally {
    await opened.close();
  }
}

const manifestSchema = z.object({
  id: z.string(),
  files: z.record(z.string(), z.object({ sha256: z.string() })),
});

async function readModels(): Promise<TrustCard['models']> {
  return (await readManifests(join(packageRoot, 'models'))).map(({ name, text }) => {
    const { id, files } = manifestSchema.parse(JSON.parse(text));
    return {
      folder: name,
      id,
      files: Object.entries(files).map(([file, { sha256 }]) => `${file} ${sha256.slice(0, 16)}`),
    };
  });
}
