/**
 * Front matter, split by gray-matter and read by `yaml`.
 * gray-matter alone evaluates `---js` blocks and caches results by content; the options below
 * replace every engine, which also turns its cache off.
 */
import matter from 'gray-matter';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { messageOf } from '../errors.ts';

/** A parsed YAML document that still knows where each value stands. */
export interface YamlSource {
  readonly value: unknown;
  /** 1-based line, within the YAML text, of the value at a path; the nearest parent when it is absent. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** YAML that cannot be read. `line` counts from 1 within the YAML text. */
export class YamlError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.name = 'YamlError';
    this.line = line;
  }
}

/** @throws YamlError on bad syntax, duplicate keys, or aliases that expand too far. */
export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
    version: '1.2',
  });
  const first = document.errors[0];
  if (first) throw new YamlError(first.message, lines.linePos(first.pos[0]).line);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw new YamlError(messageOf(error), 1);
  }
  return {
    value,
    lineOf: (path) => {
      const node = nearestNode(document, path);
      return node?.range ? lines.linePos(node.range[0]).line : 1;
    },
  };
}

function nearestNode(document: Document, path: readonly PropertyKey[]): Node | null {
  let node: unknown = document.contents;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair?.value) break;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number' && node.items[step] !== undefined) {
      node = node.items[step];
    } else {
      break;
    }
  }
  return (node ?? null) as Node | null;
}

export interface FrontMatterSplit {
  /** The text between the `---` lines. */
  readonly yaml: string;
  /** Everything after the closing `---`. */
  readonly body: string;
  /** UTF-16 offset of `body` in the file. */
  readonly bodyOffset: number;
}

/**
 * Splits a file into YAML text and body. The YAML is not interpreted here.
 * @throws YamlError when there is no front matter, or when it asks for a language other than YAML.
 */
export function splitFrontMatter(file: string): FrontMatterSplit {
  const opening = /^\uFEFF?---([^\r\n]*)(?:\r?\n|$)/.exec(file);
  if (!opening) throw new YamlError("no front matter: the file must begin with a line '---'", 1);
  if (opening[1]?.trim()) {
    throw new YamlError(`front matter in '${opening[1].trim()}' is refused: write a plain '---' and YAML`, 1);
  }
  let yaml = '';
  const refuse = (): object => {
    throw new YamlError('only YAML front matter is accepted', 1);
  };
  const keepText = (text: string): object => {
    // gray-matter cuts before '\n---' and leaves the other half of a CRLF behind.
    yaml = text.replace(/\r$/, '');
    return {};
  };
  const parsed = matter(file, {
    engines: { yaml: keepText, js: refuse, javascript: refuse, coffee: refuse, json: refuse },
    language: 'yaml',
  });
  if (!/^---\s*$/m.test(file.slice(opening[0].length))) {
    throw new YamlError("front matter is not closed: add a line '---' after it", 1);
  }
  return { yaml, body: parsed.content, bodyOffset: file.length - parsed.content.length };
}
