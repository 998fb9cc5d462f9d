/** A small question bank and an index folder in a temporary place. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { IngestOptions } from '../../src/ingest/ingest.ts';
import { bigramTokenizer } from '../../src/retrieval/tokenize.ts';
import { entryText, statementsText } from '../corpus/entry-text.ts';
import { HashEmbeddings } from '../embedding/hash-embeddings.ts';

export class Bank {
  readonly folder = mkdtempSync(join(tmpdir(), 'viva-bank-'));
  readonly corpus = join(this.folder, 'corpus');
  readonly index = join(this.folder, 'index');

  /** Two entries, the first with statements. */
  constructor() {
    this.write('llm/language/05-lora.md', entryText());
    this.write('llm/language/05-lora.statements.yaml', statementsText);
    this.write('vision/02-nms.md', nmsText);
  }

  write(file: string, text: string): void {
    const path = join(this.corpus, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Options for `ingest` with a fake model, without the addon's graph unless asked for. */
  options(
    embeddings = new HashEmbeddings(),
    more: Partial<IngestOptions> = {},
  ): IngestOptions & { embeddings: HashEmbeddings } {
    return {
      corpusFolder: this.corpus,
      indexFolder: this.index,
      cacheFile: join(this.index, 'embeddings.bin'),
      tokenizer: bigramTokenizer(),
      hnswlib: null,
      ...more,
      embeddings,
    };
  }

  /** Every file below the index folder: content and time of its last change. */
  files(): Record<string, { content: string; changed: number }> {
    return Object.fromEntries(
      readdirSync(this.index, { recursive: true, withFileTypes: true })
        .filter((item) => item.isFile())
        .map((item) => {
          const path = join(item.parentPath, item.name);
          const entry = { content: readFileSync(path, 'latin1'), changed: statSync(path).mtimeMs };
          return [relative(this.index, path).replaceAll('\\', '/'), entry] as const;
        })
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  /** The generation folder in use. */
  get generation(): string {
    return join(this.index, 'generations', readFileSync(join(this.index, 'current'), 'utf8').trim());
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const nmsText = entryText({
  id: 'vision/02',
  zh: '按分数排序，保留最高的框，去掉与它重叠过多的框。A 用高斯随机初始化，B 置零。因此训练开始时增量为零。缩放系数是 $\\alpha/r$。合并后没有延迟。',
})
  .replace('LoRA 怎么初始化？', '非极大值抑制怎么写？')
  .replace('How is LoRA initialised?', 'How is non-maximum suppression written?')
  .replace('lora 初始化, A 和 B 怎么设', '手写 nms, 去掉重复框')
  .replace('lora init, what are A and B at the start', 'write nms, remove duplicate boxes');
