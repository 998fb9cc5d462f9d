/** The probes that come with the package. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { paddedLength } from '../../eval/probes/attacks.ts';
import { makeProbes, readReplies } from '../../eval/probes/make.ts';
import { packageRoot } from '../../src/config.ts';
import type { Entry } from '../../src/corpus/entry.ts';
import { loadCorpus } from '../../src/corpus/load-corpus.ts';
import type { GradingCase } from '../../src/eval/grading-eval.ts';
import { readJsonl } from '../../src/eval/jsonl.ts';
import { attackSchema, probeSchema, type Probe } from '../../src/eval/probe-eval.ts';

let replies: GradingCase[];
let entries: readonly Entry[];
let made: Probe[];
let byHand: Probe[];
beforeAll(async () => {
  const read = async (name: string) =>
    (await readJsonl(join(packageRoot, 'eval', 'probes', name), probeSchema)).map(({ value }) => value);
  replies = await readReplies();
  ({ entries } = await loadCorpus(join(packageRoot, 'corpus')));
  made = await read('made.jsonl');
  byHand = await read('by-hand.jsonl');
});

describe('eval/probes', () => {
  it('has at least 400 made and 60 written ones, every attack in both languages alike', () => {
    expect(made.length).toBeGreaterThanOrEqual(400);
    expect(byHand.length).toBeGreaterThanOrEqual(60);
    for (const probes of [made, byHand]) {
      for (const attack of attackSchema.options) {
        const of = (lang: string) =>
          probes.filter((probe) => probe.attack === attack && probe.lang === lang).length;
        expect([attack, of('zh')]).toEqual([attack, of('en')]);
        expect([attack, of('zh') > 0]).toEqual([attack, true]);
      }
    }
  });

  it('asks of known entries, none of them with test replies', () => {
    const known = new Set(entries.map(({ id }) => id));
    const tested = new Set(replies.filter(({ split }) => split === 'test').map(({ id }) => id));
    const ids = [...made, ...byHand].map(({ id }) => id);
    expect(ids.filter((id) => !known.has(id) || tested.has(id))).toEqual([]);
  });

  it('takes plain replies and their gold from training and development replies alone', () => {
    const open = replies.filter(({ split }) => split !== 'test');
    const gold = new Map(open.map((reply) => [reply.answer, reply.gold]));
    const strange = made.flatMap(({ id, attack, plain }) =>
      attack !== 'other_language' && plain && gold.get(plain.answer) !== plain.gold
        ? [`${attack} ${id}`]
        : [],
    );
    expect(strange).toEqual([]);
    const own = made.filter(({ attack }) => attack !== 'other_language');
    expect(own.filter(({ plain }) => plain).length).toBeGreaterThan(150);
  });

  it('changes what it is made from, and pads to 5,000 characters', () => {
    const same = [...made, ...byHand].filter(({ plain, answer }) => plain?.answer === answer);
    expect(same).toEqual([]);
    const lengths = made
      .filter(({ attack }) => attack === 'padded_right' || attack === 'padded_empty')
      .map(({ answer }) => answer.length);
    expect([...new Set(lengths)]).toEqual([paddedLength]);
    const lost = made.filter(
      ({ attack, plain, answer }) => attack === 'padded_right' && !answer.includes(plain?.answer ?? ''),
    );
    expect(lost).toEqual([]);
  });

  it('is made the same way twice', () => {
    expect(makeProbes(replies, entries)).toEqual(makeProbes(replies, entries));
  });
});
