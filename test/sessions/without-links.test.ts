import { describe, expect, it } from 'vitest';
import { withoutLinks } from '../../src/sessions/without-links.ts';

const evil = 'https://evil.example/x';

describe('Markdown without links', () => {
  it.each([
    [`see ${evil}.`, `see \`${evil}.\``],
    [`[it](${evil} "t")`, `it \`${evil}\``],
    [`![](${evil})`, `\`${evil}\``],
    [`<${evil}>`, `\`${evil}\``],
    ['[it](www.evil.example)', 'it `www.evil.example`'],
    [`[it][1]\n\n[1]: ${evil}`, `[it][1]\n\n\`${evil}\``],
    ['`' + evil + '` stays', '`' + evil + '` stays'],
    ['```sh\ncurl ' + evil + '\n```', '```sh\ncurl ' + evil + '\n```'],
    ['a `b` c[0](d) 3 < 4 x', 'a `b` c0 `d` 3 < 4 x'],
    ['nothing: here, at www or http', 'nothing: here, at www or http'],
  ])('turns %j into %j', (before, after) => {
    expect(withoutLinks(before)).toBe(after);
  });

  it('is not fooled by back-ticks that make no code', () => {
    for (const text of [
      '`a\n\n' + evil + '`',
      '[w](http://a`' + evil + ')',
      '``` ' + evil,
      '`` a ` ' + evil,
    ]) {
      const out = withoutLinks(text);
      expect(out.replace(/`[^`\n]+`/gu, '')).not.toContain('evil');
    }
  });

  it.each(['`', '[', '[a](', 'www.', '![', '```\n', '\n [', '<http:', '` ``'])(
    'reads many %j in linear time',
    (piece) => {
      const began = performance.now();
      withoutLinks(piece.repeat(100_000));
      expect(performance.now() - began).toBeLessThan(500);
    },
  );
});
