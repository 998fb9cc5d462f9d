import { describe, expect, it } from 'vitest';
import { takeBatch, type BatchLimits, type Job, type Row } from '../../src/inference/batching.ts';

interface Named extends Row {
  readonly name: string;
}

const LIMITS: BatchLimits = { rows: 4, tokens: 100, padding: 0.1 };

function job(name: string, ...lengths: number[]): Job<Named> {
  const rows = lengths.map((length) => ({
    name: `${name}${length}`,
    tokens: Array.from({ length }, () => 7),
  }));
  return { waiting: rows.sort((a, b) => a.tokens.length - b.tokens.length) };
}

const names = (batch: Named[]): string[] => batch.map((row) => row.name);

describe('takeBatch', () => {
  it('takes nothing when nobody waits', () => {
    expect(takeBatch([], LIMITS, 0)).toEqual([]);
    expect(takeBatch([job('a')], LIMITS, 0)).toEqual([]);
  });

  it('starts with the longest row and adds rows of nearly its length', () => {
    const waiting = job('a', 5, 19, 20, 10);
    expect(names(takeBatch([waiting], LIMITS, 0))).toEqual(['a20', 'a19']);
    expect(names(takeBatch([waiting], LIMITS, 1))).toEqual(['a10']);
    expect(names(takeBatch([waiting], LIMITS, 2))).toEqual(['a5']);
  });

  it('stops at the number of rows', () => {
    expect(takeBatch([job('a', 5, 5, 5, 5, 5, 5)], LIMITS, 0)).toHaveLength(4);
  });

  it('stops at the number of padded tokens', () => {
    expect(takeBatch([job('a', 40, 40, 40)], LIMITS, 0)).toHaveLength(2);
  });

  it('lets a row that is too long by itself go alone', () => {
    expect(names(takeBatch([job('a', 512, 511)], LIMITS, 0))).toEqual(['a512']);
  });

  it('fills a batch with rows of other jobs', () => {
    expect(names(takeBatch([job('a', 10, 10, 10), job('b', 10)], LIMITS, 0))).toEqual([
      'b10',
      'a10',
      'a10',
      'a10',
    ]);
  });

  it('fills it from the middle of jobs that have longer rows waiting', () => {
    const jobs = [job('a', 30, 19, 8), job('b', 20), job('c', 40, 20, 20, 3)];
    expect(names(takeBatch(jobs, LIMITS, 0))).toEqual(['b20', 'a19', 'c20', 'c20']);
    expect(jobs.map(({ waiting }) => names(waiting))).toEqual([['a8', 'a30'], [], ['c3', 'c40']]);
  });

  it('leads with the smallest job on even turns and with the oldest on odd ones', () => {
    const jobs = [job('old', 50, 50, 50), job('small', 8)];
    expect(names(takeBatch(jobs, LIMITS, 1))).toEqual(['old50', 'old50']);
    expect(names(takeBatch(jobs, LIMITS, 2))).toEqual(['old50']);
    expect(names(takeBatch(jobs, LIMITS, 4))).toEqual(['small8']);
  });

  it('gives every row out exactly once, whatever the lengths', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 50; round += 1) {
      const lengths = Array.from({ length: 30 }, () => 1 + Math.floor(random() * 60));
      const jobs = [
        job('a', ...lengths.slice(0, 11)),
        job('b', ...lengths.slice(11, 12)),
        job('c', ...lengths.slice(12)),
      ];
      const taken: Named[] = [];
      for (let turn = 0; ; turn += 1) {
        const batch = takeBatch(jobs, LIMITS, turn);
        if (batch.length === 0) break;
        const longest = Math.max(...batch.map((row) => row.tokens.length));
        expect(batch.length).toBeLessThanOrEqual(LIMITS.rows);
        expect(batch.length === 1 || batch.length * longest <= LIMITS.tokens).toBe(true);
        taken.push(...batch);
      }
      expect(taken.map((row) => row.tokens.length).sort((a, b) => a - b)).toEqual(
        [...lengths].sort((a, b) => a - b),
      );
    }
  });
});
