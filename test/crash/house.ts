/** A place of its own for a run: a small bank out of the bundled one, an index folder and a data folder. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/config.ts';
import { cleanEnv } from '../browser/clean-env.ts';

/** Few enough that an ingestion from nothing takes a second or two, and of several kinds. */
const bank = [
  'llm/language/05-lora-initialization.md',
  'llm/language/05-lora-initialization.statements.yaml',
  'llm/language/20-llama3-grouped-query-attention.md',
  'vision/classification/01-arcface-vs-cosface.md',
  'code/19-numpy-softmax.md',
];
const changing = 'llm/language/05-lora-initialization.md';
/** A line of the changing file after which a wording may stand. */
const anchor = '    - why is lora B initialized to zero\n';

export class House {
  readonly folder = mkdtempSync(join(tmpdir(), 'viva-crash-'));
  readonly corpus = join(this.folder, 'corpus');
  readonly index = join(this.folder, 'index');
  readonly data = join(this.folder, 'data');
  /** The entry that changes, and the wording that it has now and the index may not have yet. */
  readonly changingId = 'llm/language/05';
  #wording = '';
  #changes = 0;

  constructor() {
    for (const file of bank) {
      mkdirSync(dirname(join(this.corpus, file)), { recursive: true });
      cpSync(join(packageRoot, 'corpus', file), join(this.corpus, file));
    }
    mkdirSync(this.index);
    cpSync(join(packageRoot, 'index/embeddings.bin'), join(this.index, 'embeddings.bin'));
  }

  /** The environment of every process here. Nobody types as fast as 20 clients of a test do. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...cleanEnv(),
      VIVA_CORPUS: this.corpus,
      VIVA_INDEX: this.index,
      VIVA_DATA: this.data,
      VIVA_LOG_LEVEL: 'warn',
      VIVA_MESSAGES_PER_MINUTE: '10000',
    };
  }

  /** Words that find the latest change, empty before the first. */
  get wording(): string {
    return this.#wording;
  }

  /** Gives one entry another wording: the index is out of date from here on. */
  changeCorpus(): void {
    this.#changes += 1;
    this.#wording = `which zeros does change ${this.#changes} of the bank ask about`;
    const text = readFileSync(join(packageRoot, 'corpus', changing), 'utf8');
    if (!text.includes(anchor)) throw new Error(`${changing} has no line '${anchor.trim()}' any more`);
    writeFileSync(
      join(this.corpus, changing),
      text.replace(anchor, () => `${anchor}    - ${this.#wording}\n`),
    );
  }

  /** As before the first start; `cache` takes the vectors too, so that everything is embedded anew. */
  dropIndex(cache: boolean): void {
    rmSync(join(this.index, 'current'), { force: true });
    rmSync(join(this.index, 'generations'), { recursive: true, force: true });
    if (cache) rmSync(join(this.index, 'embeddings.bin'), { force: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
