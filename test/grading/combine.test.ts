import { describe, expect, it } from 'vitest';
import { apartRules, combine, type Said } from '../../src/grading/combine.ts';
import type { VerdictValue } from '../../src/protocol.ts';

const said = (value: VerdictValue, text: string, confidence = 0.8): Said => ({
  value,
  span: value === 'missing' ? null : { start: 0, end: text.length, text },
  confidence,
});
const values = ['covered', 'partial', 'missing', 'contradicted'] as const;

describe('two verdicts on one point', () => {
  it('that agree are surer than each, and rest on the model’s quote', () => {
    expect(combine(said('covered', 'model', 0.7), said('covered', 'local', 0.9))).toEqual({
      value: 'covered',
      confidence: 0.9,
      replySpan: { start: 0, end: 5, text: 'model' },
      by: 'model',
    });
  });

  it.each([
    ['covered', 'partial'],
    ['partial', 'missing'],
    ['missing', 'contradicted'],
  ] as const)('that lie near, %s and %s, count as the model has it, either way round', (one, other) => {
    expect(combine(said(one, 'm'), said(other, 'l'))).toMatchObject({ value: one, by: 'model' });
    expect(combine(said(other, 'm'), said(one, 'l'))).toMatchObject({ value: other, by: 'model' });
    expect(combine(said(one, 'm'), said(other, 'l')).apart).toBeUndefined();
  });

  it.each([
    ['covered', 'missing', 'partial'],
    ['covered', 'contradicted', 'missing'],
    ['partial', 'contradicted', 'missing'],
  ] as const)('that lie far apart, %s and %s, count as %s and are marked', (high, low, between) => {
    expect(combine(said(high, 'm'), said(low, 'l'))).toMatchObject({
      value: between,
      by: 'both',
      apart: { model: high, local: low },
    });
    expect(combine(said(low, 'm'), said(high, 'l'))).toMatchObject({
      value: between,
      apart: { model: low, local: high },
    });
  });

  it('rest on the words of the judge who found some', () => {
    expect(combine(said('missing', ''), said('covered', 'local')).replySpan?.text).toBe('local');
    expect(combine(said('covered', 'model'), said('missing', '')).replySpan?.text).toBe('model');
  });

  it('never give credit without words, or words without a verdict, under any rule', () => {
    for (const rule of Object.values(apartRules)) {
      for (const model of [null, ...values]) {
        for (const local of [null, ...values]) {
          const combined = combine(
            model === null ? null : said(model, 'm'),
            local === null ? null : said(local, 'l'),
            rule,
          );
          expect(combined.replySpan === null, `${model} ${local}`).toBe(combined.value === 'missing');
        }
      }
    }
  });
});

describe('one verdict', () => {
  it('is the local one when the model’s quote was refused', () => {
    expect(combine(null, said('partial', 'local'))).toMatchObject({ value: 'partial', by: 'local' });
    expect(combine(null, null)).toMatchObject({ value: 'missing', by: 'local', replySpan: null });
  });

  it('is the model’s when the local judge did not look', () => {
    expect(combine(said('covered', 'model'), null)).toMatchObject({ value: 'covered', by: 'model' });
  });
});

describe('the other rules', () => {
  it('are what their names say', () => {
    const [sure, unsure] = [said('covered', 'm', 0.9), said('missing', '', 0.5)];
    expect(combine(sure, unsure, apartRules.surer)).toMatchObject({ value: 'covered', by: 'model' });
    expect(combine(sure, unsure, apartRules.model)).toMatchObject({ value: 'covered', by: 'model' });
    expect(combine(sure, unsure, apartRules.local)).toMatchObject({ value: 'missing', by: 'local' });
    expect(combine(sure, unsure, apartRules.lower)).toMatchObject({ value: 'missing', by: 'local' });
  });
});
