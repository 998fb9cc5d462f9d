import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');

/** Rooms from the ground up: a room may import from the rows above its own, and from itself. */
const storeys: readonly (readonly string[])[] = [
  ['errors', 'protocol'],
  ['config'],
  ['corpus', 'inference', 'llm'],
  ['embedding'],
  ['retrieval', 'grading', 'answering', 'talk', 'scheduling'],
  ['coach', 'ingest', 'sessions', 'drafting'],
  ['engine'],
  ['server', 'cli', 'eval'],
];

/** Neighbours on one storey that may still lean on each other, one way, with the reason. */
const doors: Readonly<Record<string, readonly string[]>> = {
  // Answers are made of what was retrieved; a model's answer and a model's grade are held to the same spans.
  answering: ['retrieval', 'grading'],
  // What a chat model words is held to what judges replies: it must give no key point away.
  talk: ['grading'],
  // The command line starts the server and runs the evaluations.
  cli: ['server', 'eval'],
};

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((item) => {
    if (item.name === 'node_modules' || item.name === 'dist') return [];
    const path = join(folder, item.name);
    if (item.isDirectory()) return filesBelow(path, ending);
    return ending.test(item.name) ? [path] : [];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function roomOf(file: string): string {
  const [first = ''] = relative(src, file).split(/[\\/]/);
  return first.replace(/\.ts$/, '');
}

const sources = filesBelow(src, /\.ts$/);

describe('the house', () => {
  it('has every room on a storey', () => {
    const known = new Set(storeys.flat());
    expect([...new Set(sources.map(roomOf))].filter((room) => !known.has(room))).toEqual([]);
  });

  it('imports downward only', () => {
    const level = new Map(
      storeys.flatMap((rooms, index) => rooms.map((room): [string, number] => [room, index])),
    );
    const wrong: string[] = [];
    for (const file of sources) {
      const from = roomOf(file);
      for (const name of importsOf(file).filter((one) => one.startsWith('.'))) {
        const to = roomOf(resolve(dirname(file), name));
        const allowed = to === from || level.get(to)! < level.get(from)! || doors[from]?.includes(to);
        if (!allowed) wrong.push(`${relative(root, file)} imports ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('reads the environment in config.ts alone', () => {
    const readers = sources.filter((file) => /process\.env\b/.test(readFileSync(file, 'utf8')));
    expect(readers.map((file) => relative(src, file))).toEqual(['config.ts']);
  });

  it('knows chat models in llm/ alone', () => {
    const knowing = sources.filter((file) =>
      importsOf(file).some((name) => /^(?:@langchain\/openai|openai|langchain)(?:\/|$)/.test(name)),
    );
    const outside = knowing
      .map((file) => relative(src, file))
      // The embeddings of the same provider live with the embeddings.
      .filter((file) => !file.startsWith('llm') && file !== join('embedding', 'openai-compatible.ts'));
    expect(outside).toEqual([]);
    const chat = sources
      .filter((file) => /\bChatOpenAI\b/.test(readFileSync(file, 'utf8')))
      .map((file) => relative(src, file));
    expect(chat.filter((file) => !file.startsWith('llm'))).toEqual([]);
  });

  it('lets the page import protocol.ts and nothing else of src/', () => {
    const page = filesBelow(join(root, 'web', 'src'), /\.tsx?$/);
    expect(page.length).toBeGreaterThan(0);
    const wrong: string[] = [];
    for (const file of page) {
      for (const name of importsOf(file).filter((one) => one.startsWith('.'))) {
        const target = relative(root, resolve(dirname(file), name));
        if (target.startsWith('src') && target !== join('src', 'protocol.ts'))
          wrong.push(`${relative(root, file)} imports ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has no barrels', () => {
    expect(sources.filter((file) => /[\\/]index\.ts$/.test(file))).toEqual([]);
  });
});
