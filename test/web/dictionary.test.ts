import { describe, expect, it } from 'vitest';
import { difficulties } from '../../web/src/interview/start-request.ts';
import { en } from '../../web/src/text/en.ts';
import { zh } from '../../web/src/text/zh.ts';

function leaves(node: unknown, path = ''): [string, unknown][] {
  if (typeof node !== 'object' || node === null) return [[path, node]];
  return Object.entries(node).flatMap(([key, value]) => leaves(value, path === '' ? key : `${path}.${key}`));
}

/** Words that are the same in both languages by intent. */
const sameInBoth = new Set(['topics.pytorch', 'material.langs.zh', 'material.langs.en']);

describe('the dictionaries', () => {
  it('have the same keys', () => {
    expect(leaves(en).map(([path]) => path)).toEqual(leaves(zh).map(([path]) => path));
  });

  it('leave nothing empty, and nothing untranslated', () => {
    const chinese = new Map(leaves(zh));
    for (const [path, value] of leaves(en)) {
      expect(value, path).not.toBe('');
      if (typeof value === 'string' && !sameInBoth.has(path)) expect(value, path).not.toBe(chinese.get(path));
      if (typeof value === 'string' && !path.startsWith('material.langs')) {
        expect(/\p{Script=Han}/u.test(value), path).toBe(false);
      }
    }
  });

  it('name every difficulty of the start form', () => {
    expect(Object.keys(zh.start.difficulties)).toEqual(Object.keys(difficulties));
  });
});
