import { describe, expect, test } from 'vitest';
import { planEntries } from '../../src/coach/plan.ts';
import { seededRandom } from '../../src/coach/random.ts';
import type { PlanRequest } from '../../src/protocol.ts';
import { book, entryOf, focalCode, gqa, lora, material, nms } from './fixtures.ts';

const many = Array.from({ length: 40 }, (_, index) =>
  entryOf({
    id: `m${index % 4}/s/${String(index).padStart(2, '0')}`,
    difficulty: 1 + (index % 5),
    question: { zh: `题 ${index}`, en: `question ${index}` },
    points: [{ id: 'p', weight: 3, zh: '要点', en: 'point' }],
    related: index > 0 ? [`m${(index - 1) % 4}/s/${String(index - 1).padStart(2, '0')}`] : [],
  }),
);

function plan(request: PlanRequest, seed = 1, entries = [...material.values()], asked: string[] = []) {
  return planEntries({
    entries,
    request,
    found: null,
    asked: new Set(asked),
    random: seededRandom(seed, 'test'),
  });
}

describe('a plan', () => {
  test('is the same for the same seed and another for another', () => {
    expect(plan({ questions: 8 }, 1, many)).toEqual(plan({ questions: 8 }, 1, many));
    expect(plan({ questions: 8 }, 1, many)).not.toEqual(plan({ questions: 8 }, 2, many));
  });

  test('spreads over modules, rises in difficulty and keeps related questions apart', () => {
    for (let seed = 0; seed < 50; seed++) {
      const ids = plan({ questions: 8 }, seed, many);
      expect(new Set(ids).size).toBe(8);
      const modules = ids.map((id) => id.split('/')[0]);
      for (const module of ['m0', 'm1', 'm2', 'm3'])
        expect(modules.filter((one) => one === module)).toHaveLength(2);
      const entries = ids.map((id) => many.find((entry) => entry.id === id)!);
      for (let index = 1; index < entries.length - 1; index++) {
        const before = entries[index - 1]!;
        const one = entries[index]!;
        expect(one.related.includes(before.id) || before.related.includes(one.id)).toBe(false);
      }
      expect(entries.at(-1)!.difficulty).toBeGreaterThanOrEqual(entries[0]!.difficulty);
    }
  });

  test('keeps to module, section, kind and difficulty', () => {
    expect(plan({ module: 'llm' }).sort()).toEqual([lora.id, gqa.id]);
    expect(plan({ module: 'vision', section: 'detection' })).toEqual([nms.id]);
    expect(plan({ kinds: ['code'] })).toEqual([focalCode.id]);
    expect(plan({ difficulty: { min: 1, max: 1 } })).toEqual([nms.id]);
    expect(plan({ module: 'nowhere' })).toEqual([]);
  });

  test('asks for resources only when they are wanted', () => {
    expect(plan({ questions: 20 })).not.toContain(book.id);
    expect(plan({ module: 'resources' })).toEqual([book.id]);
  });

  test('puts the one question asked for first, whatever else is asked', () => {
    expect(plan({ entryId: nms.id })).toEqual([nms.id]);
    expect(plan({ entryId: nms.id, module: 'llm', questions: 2 })[0]).toBe(nms.id);
    expect(plan({ entryId: nms.id, module: 'llm', questions: 2 })).toHaveLength(2);
  });

  test('leaves out what was asked before, unless nothing else is there', () => {
    expect(plan({ module: 'llm' }, 1, undefined, [lora.id])).toEqual([gqa.id]);
    expect(plan({ module: 'llm' }, 1, undefined, [lora.id, gqa.id])).toHaveLength(2);
  });

  test('of a topic takes what was found, the most relevant ones', () => {
    const ids = planEntries({
      entries: material.values(),
      request: { topic: 'x', questions: 1 },
      found: ['gone', gqa.id, lora.id],
      asked: new Set(),
      random: seededRandom(1, 'test'),
    });
    expect(ids).toEqual([gqa.id]);
  });
});
