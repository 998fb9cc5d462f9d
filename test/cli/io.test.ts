import { afterEach, describe, expect, it, vi } from 'vitest';
import { harmless, processIo } from '../../src/cli/io.ts';

afterEach(() => vi.restoreAllMocks());

describe('what a command prints', () => {
  it('moves no cursor, whoever wrote it: models, candidates and entries hold escape sequences too', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    processIo.out('a\u001B[2Kb\u001B]8;;https://evil.example\u0007c\u009B1Ad\rE\u202Ef\r\n\tg\n');
    expect(write.mock.calls).toEqual([['a[2Kb]8;;https://evil.examplec1AdEf\n\tg\n']]);
  });

  it('keeps every visible sign', () => {
    const text = '中文 ✓ 👩‍💻 é \t$x^2$\n\u200B';
    expect(harmless(text)).toBe(text);
  });
});
