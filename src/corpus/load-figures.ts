/** Finds and checks the figures of a corpus. */
import { createHash } from 'node:crypto';
import { checkSvg } from './check-svg.ts';
import type { FigureImage, FigureImages } from './figure.ts';
import { langs } from './entry.ts';
import type { Problem } from './problem.ts';
import { readText } from './read-text.ts';

/** Largest figure in bytes. */
export const maxFigureBytes = 30_000;

const figurePath = /^([a-z0-9]+(?:-[a-z0-9]+)*)\/figures\/([a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(zh|en))?\.svg$/;

/** By `<module>/<name>`: the images, or null for a figure that was reported and cannot be used. */
export type FigureShelf = ReadonlyMap<string, FigureImages | null>;

/**
 * Reads every figure among `files` (relative to `root`): `<module>/figures/<name>.svg` without words, or
 * `<name>.zh.svg` and `<name>.en.svg`. What is wrong with one goes to `problems` and stops no other.
 */
export async function loadFigures(
  root: string,
  files: readonly string[],
  problems: Problem[],
): Promise<FigureShelf> {
  const found = new Map<string, Map<string, string>>();
  for (const file of files.filter(isInFigures)) {
    const match = figurePath.exec(file);
    if (!match) {
      problems.push({
        file,
        line: 1,
        message:
          'no name of a figure: <module>/figures/<name>.svg, or .zh.svg and .en.svg; a-z, 0-9 and single hyphens',
        severity: 'error',
      });
      continue;
    }
    const [, module = '', name = '', lang = ''] = match;
    const id = `${module}/${name}`;
    const variants = found.get(id) ?? new Map<string, string>();
    found.set(id, variants.set(lang, file));
  }
  const shelf = new Map<string, FigureImages | null>();
  for (const [id, variants] of found) shelf.set(id, await loadFigure(root, variants, problems));
  return shelf;
}

/** True for what stands where figures stand, and for SVG files that stand elsewhere. */
function isInFigures(file: string): boolean {
  return file.endsWith('.svg') || /^[^/]+\/figures\//.test(file);
}

async function loadFigure(
  root: string,
  variants: ReadonlyMap<string, string>,
  problems: Problem[],
): Promise<FigureImages | null> {
  const images = new Map<string, FigureImage>();
  for (const [lang, file] of variants) {
    const image = await loadImage(root, file, problems);
    if (image) images.set(lang, image);
  }
  const [first = ''] = variants.values();
  const wordless = variants.get('');
  if (wordless !== undefined && variants.size > 1) {
    problems.push({
      file: wordless,
      line: 1,
      message: 'stands beside a figure of the same name with a language: keep one or the other',
      severity: 'error',
    });
    return null;
  }
  const missing = wordless === undefined ? langs.filter((lang) => !variants.has(lang)) : [];
  for (const lang of missing) {
    const expected = first.replace(/\.(?:zh|en)\.svg$/, `.${lang}.svg`);
    problems.push({
      file: first,
      line: 1,
      message: `the same figure in the other language is missing: add ${expected}, or name this one without language when it holds no words`,
      severity: 'error',
    });
  }
  const zh = images.get('zh') ?? images.get('');
  const en = images.get('en') ?? images.get('');
  return zh && en ? { zh, en } : null;
}

async function loadImage(root: string, file: string, problems: Problem[]): Promise<FigureImage | null> {
  const limit = {
    bytes: maxFigureBytes,
    advice: `a figure may have ${maxFigureBytes} at most; draw it simpler, with fewer decimals`,
  };
  const svg = await readText(root, file, limit, problems);
  if (svg === null) return null;
  const checked = checkSvg(svg);
  for (const { line, message } of checked.problems) problems.push({ file, line, message, severity: 'error' });
  if (checked.problems.length > 0) return null;
  const hash = createHash('sha256').update(svg).digest('hex').slice(0, 16);
  return { file, svg, width: checked.width, height: checked.height, hash };
}
