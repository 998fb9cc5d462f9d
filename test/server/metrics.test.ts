import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createMetrics } from '../../src/server/metrics.ts';

it('appeals are counted by outcome and by who looked again', async () => {
  const registry = new Registry();
  const metrics = createMetrics(registry);
  const resolved = {
    type: 'dispute.resolved',
    seq: 1,
    at: 1,
    entryId: 'a/01',
    keyPointId: 'k',
    before: 'missing',
    after: 'missing',
    outcome: 'upheld',
    text: '',
  } as const;
  metrics.event({ ...resolved, by: 'm appeal-v1' });
  metrics.event({ ...resolved, by: 'm appeal-v1', outcome: 'changed', after: 'covered' });
  // Stored before it was said who looked again.
  metrics.event(resolved);
  const text = await registry.metrics();
  expect(text).toContain('viva_appeals_total{outcome="upheld",judge="m appeal-v1"} 1\n');
  expect(text).toContain('viva_appeals_total{outcome="changed",judge="m appeal-v1"} 1\n');
  expect(text).toContain('viva_appeals_total{outcome="upheld",judge="local"} 1\n');
});
