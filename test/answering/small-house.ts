/** Eight real entries in a temporary folder, ingested, with a retriever over them. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Material } from '../../src/answering/material-words.ts';
import { openRetrieval, type OpenRetrieval } from '../../src/cli/open-retrieval.ts';
import { loadConfig, packageRoot, type Config } from '../../src/config.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';

const entries = [
  'llm/language/01',
  'llm/language/05',
  'llm/language/20',
  'llm/general/08',
  'vision/detection/08',
  'vision/common/03',
  'code/15',
  'resources/13',
];

export interface SmallHouse {
  readonly retrieval: OpenRetrieval;
  readonly material: Material;
  readonly config: Config;
  /** Settings that open the same house from the command line. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function openSmallHouse(): Promise<SmallHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'viva-answering-'));
  const all = await loadCorpus(join(packageRoot, 'corpus'));
  // Statements stay behind: answering does not read them.
  for (const { file } of all.entries.filter((entry) => entries.includes(entry.id))) {
    await mkdir(dirname(join(folder, 'corpus', file)), { recursive: true });
    await cp(join(packageRoot, 'corpus', file), join(folder, 'corpus', file));
  }
  await mkdir(join(folder, 'index'));
  // Known vectors save a minute; unknown ones are made.
  await cp(join(packageRoot, 'index', 'embeddings.bin'), join(folder, 'index', 'embeddings.bin')).catch(
    () => undefined,
  );
  const env = { VIVA_CORPUS: join(folder, 'corpus'), VIVA_INDEX: join(folder, 'index') };
  const config = loadConfig(env, join(folder, 'no.env'));
  const loaded = await loadCorpus(config.folders.corpus);
  const retrieval = await openRetrieval(config, { ingest: true });
  return {
    retrieval,
    material: new Map(loaded.entries.map((entry) => [entry.id, entry])),
    config,
    env,
    close: async () => {
      await retrieval.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
