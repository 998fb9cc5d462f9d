/** Where the values of an entry's front matter stand in its file. */
import { isScalar, parseDocument } from 'yaml';
import { splitFrontMatter } from '../corpus/front-matter.ts';

export interface LocatedScalar {
  /** The value as YAML reads it: quotes, escapes and folded lines resolved. */
  readonly value: string;
  /** UTF-16 offsets in the file of the value as written, quotes and block marks (`|`, `>`) included; `end` exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Gives the text value at a path of keys and list positions; undefined when there is none. */
export type LocateScalar = (path: readonly (string | number)[]) => LocatedScalar | undefined;

/** Reads the front matter of an entry file that `parseEntry` accepts. */
export function locateScalars(file: string): LocateScalar {
  const { yaml } = splitFrontMatter(file);
  const offset = file.indexOf(yaml, file.indexOf('---') + 3);
  const document = parseDocument(yaml, { prettyErrors: false, version: '1.2' });
  return (path) => {
    const node = document.getIn(path, true);
    if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return undefined;
    return { value: node.value, start: offset + node.range[0], end: offset + node.range[1] };
  };
}
