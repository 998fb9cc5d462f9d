/** `viva doctor`: which parts are in use, their versions and sizes, and what is wrong. */
import { access, constants, mkdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { loadConfig, packageRoot, type Config } from '../config.ts';
import { loadCorpus } from '../corpus/load-corpus.ts';
import { messageOf, VivaError } from '../errors.ts';
import type { Lang } from '../protocol.ts';
import { loadHnswlib } from '../retrieval/hnsw.ts';
import { exitCodes } from './exit-codes.ts';
import { openGrading } from './graders-and-answerers.ts';
import { printJson, type Io } from './io.ts';
import { tryModels } from './try-models.ts';
import { openClassifier } from './open-classifier.ts';
import { openRetrieval } from './open-retrieval.ts';

interface Check {
  readonly part: string;
  readonly state: 'ok' | 'note' | 'wrong';
  /** What is in use, with versions and sizes; or what is wrong and what to do. */
  readonly detail: string;
}

export function addDoctorCommand(program: Command, io: Io): void {
  program
    .command('doctor')
    .description('say which parts are in use, their versions and sizes, and what is wrong')
    .option('--model', 'ask the chat model of the settings what it can do, by a few tiny calls')
    .addOption(
      new Option('--lang <lang>', 'language of what --model found (default: VIVA_LANG)').choices([
        'zh',
        'en',
      ]),
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ viva doctor\n  $ viva doctor --model --lang en\n  $ viva doctor --json | jq .checks',
    )
    .action(async (flags: { json?: true; model?: true; lang?: Lang }) => {
      const config = loadConfig();
      if (flags.model) {
        if (!(await tryModels(config, flags, io))) process.exitCode = exitCodes.findings;
        return;
      }
      const checks = await examine(config);
      if (flags.json) printJson(io, { ok: checks.every((one) => one.state !== 'wrong'), checks });
      else {
        const mark = { ok: '✓', note: '·', wrong: '✗' };
        for (const one of checks) io.out(`${mark[one.state]} ${one.part.padEnd(14)}${one.detail}\n`);
      }
      if (checks.some((one) => one.state === 'wrong')) process.exitCode = exitCodes.findings;
    });
}

async function examine(config: Config): Promise<Check[]> {
  const checks: Check[] = [];
  const check = async (part: string, look: () => Promise<string | Omit<Check, 'part'>>) => {
    try {
      const found = await look();
      checks.push(typeof found === 'string' ? { part, state: 'ok', detail: found } : { part, ...found });
    } catch (error) {
      const detail = messageOf(error);
      checks.push({ part, state: 'wrong', detail });
    }
  };

  await check('node', () => Promise.resolve(`${process.version} on ${process.platform} ${process.arch}`));
  await check('viva', async () => (await versions(['.'])).join(', '));
  await check('libraries', async () =>
    (
      await versions([
        'langchain',
        '@langchain/openai',
        'onnxruntime-node',
        'libsql',
        'minisearch',
        'express',
        'ws',
      ])
    ).join(', '),
  );
  await check('corpus', async () => {
    const corpus = await loadCorpus(config.folders.corpus);
    const detail = `${corpus.entries.length} entries in ${config.folders.corpus}`;
    return corpus.problems.length === 0
      ? detail
      : { state: 'wrong', detail: `${detail}; ${corpus.problems.length} problems: run \`viva corpus lint\`` };
  });
  const grading = openGrading(config);
  await check('embeddings', async () => {
    const opened = await grading;
    const size =
      config.embedding.provider === 'bundled'
        ? `, ${await megabytes(join(config.folders.models, 'embedding', 'model.onnx'))}`
        : '';
    return `${opened.embeddings.id}, ${opened.embeddings.dims} dimensions${size}`;
  });
  await check('judge', async () => (await grading).grader.id);
  await check('intent model', async () => {
    await openClassifier(config, (await grading).embeddings, () => undefined);
    const file = join(config.folders.models, 'intent', 'model.json');
    return `${file}, ${await megabytes(file)}`;
  });
  // Opened once for three checks; each has told its own failure.
  await grading.then(
    async (opened) => opened.close(),
    () => undefined,
  );
  await check('hnswlib', async () => {
    const found = await loadHnswlib();
    return found
      ? `hnswlib-node ${(await versions(['hnswlib-node'])).join('')} loads; VIVA_VECTOR_STORE=${config.vectorStore}`
      : {
          state: 'note',
          detail:
            'hnswlib-node is not built here; the exact scan is used. A C++ compiler and `npm rebuild hnswlib-node` would bring it.',
        };
  });
  await check('index', async () => {
    const opened = await openRetrieval(config);
    try {
      const { chunks, vectors } = opened.handle.current;
      return `${chunks.length} chunks, searched by ${vectors.neighbours.kind}, in ${config.folders.index}`;
    } catch (error) {
      if (error instanceof VivaError) throw error;
      throw new VivaError('index-corrupt', `${config.folders.index}: run \`viva ingest --force\`.`, {
        cause: error,
      });
    } finally {
      await opened.close();
    }
  });
  await check('data', async () => {
    await writable(config.folders.data).catch((cause: unknown) => {
      throw new VivaError(
        'data-unwritable',
        `${config.folders.data} is not a folder that this user can write: set VIVA_DATA to another.`,
        { cause },
      );
    });
    const file = join(config.folders.data, 'viva.db');
    const size = await megabytes(file).catch(() => 'no sessions yet');
    return `${file}, ${size}`;
  });
  await check('page', async () => {
    await access(join(config.folders.web, 'index.html')).catch((cause: unknown) => {
      throw new VivaError('not-found', `${config.folders.web} is not built: run \`npm run build\`.`, {
        cause,
      });
    });
    return config.folders.web;
  });
  await check('port', async () => {
    const free = await isFree(config.port, config.host);
    return free
      ? `${config.host}:${config.port} is free`
      : {
          state: 'note',
          detail: `${config.host}:${config.port} is in use (by Viva itself, or set PORT to another).`,
        };
  });
  await check('chat model', () =>
    Promise.resolve(
      config.llm
        ? {
            state: 'note' as const,
            detail: `${config.llm.model} at ${new URL(config.llm.url).host}; \`viva doctor --model\` asks it what it can do`,
          }
        : {
            state: 'note' as const,
            detail: 'none: everything runs locally. VIVA_MODEL and OPENAI_BASE_URL set one.',
          },
    ),
  );
  return checks;
}

/** `name version` of installed packages; '.' is Viva itself. */
async function versions(names: readonly string[]): Promise<string[]> {
  return Promise.all(
    names.map(async (name) => {
      const file =
        name === '.'
          ? join(packageRoot, 'package.json')
          : join(packageRoot, 'node_modules', name, 'package.json');
      const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
      return names.length === 1 ? version : `${name} ${version}`;
    }),
  );
}

async function writable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await access(folder, constants.W_OK);
}

async function megabytes(file: string): Promise<string> {
  return `${((await stat(file)).size / 1e6).toFixed(1)} MB`;
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
