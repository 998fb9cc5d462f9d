/** Tables of how often the intent was found: by state, by intent, what was taken for what. */
import type { Classification } from '../../src/coach/intent.ts';
import { confirmBelow } from '../../src/coach/unsure.ts';
import type { Labelled } from './made.ts';

export interface Outcome extends Classification {
  readonly row: Labelled;
}

/** Wilson score interval at 95 %, in percent. */
function interval(right: number, n: number): string {
  if (n === 0) return '–';
  const z = 1.96;
  const share = right / n;
  const center = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return `${(100 * (center - half)).toFixed(1)}–${(100 * (center + half)).toFixed(1)}`;
}

export function printResults(title: string, outcomes: readonly Outcome[]): void {
  const right = (some: readonly Outcome[]) => some.filter((one) => one.intent === one.row.intent).length;
  const line = (name: string, some: readonly Outcome[]) => {
    const share = ((100 * right(some)) / some.length).toFixed(1);
    console.log(
      `  ${name.padEnd(18)} ${String(some.length).padStart(4)}  ${share.padStart(5)} %  ${interval(right(some), some.length)}`,
    );
  };
  console.log(`\n${title}: n, right, 95 % interval`);
  line('all', outcomes);
  for (const phase of ['question', 'follow-up', 'lobby', 'finished'] as const) {
    line(
      phase,
      outcomes.filter((one) => one.row.phase === phase),
    );
  }
  for (const lang of ['zh', 'en'] as const)
    line(
      lang,
      outcomes.filter((one) => one.row.lang === lang),
    );
  for (const intent of [...new Set(outcomes.map((one) => one.row.intent))].sort()) {
    line(
      `= ${intent}`,
      outcomes.filter((one) => one.row.intent === intent),
    );
  }
  const asked = outcomes.filter((one) => {
    const pair = [one.intent, one.runnerUp];
    return (
      one.confidence < confirmBelow &&
      pair.includes('reply') &&
      (pair.includes('question') || pair.includes('clarify'))
    );
  });
  console.log(`  asked back: ${asked.length}, of which wrong otherwise: ${asked.length - right(asked)}`);
  const gradedWrongly = outcomes.filter(
    (one) => one.intent === 'reply' && one.row.intent !== 'reply' && !asked.includes(one),
  );
  console.log(`  graded though no reply: ${gradedWrongly.length}`);
  const close = outcomes.filter((one) => {
    const pair = [one.intent, one.runnerUp];
    return (
      one.confidence < 0.9 &&
      pair.includes('reply') &&
      (pair.includes('question') || pair.includes('clarify'))
    );
  });
  for (const below of [0.5, 0.6, 0.7, 0.8, 0.9]) {
    const asked = close.filter((one) => one.confidence < below);
    console.log(`  asking back below ${below}: ${asked.length}, right anyway: ${right(asked)}`);
  }
  const wrong = outcomes.filter((one) => one.intent !== one.row.intent);
  for (const one of wrong) {
    const sure = one.confidence.toFixed(2);
    console.log(
      `  ${one.row.intent} → ${one.intent} (${sure}) ${one.row.phase} ${JSON.stringify(one.row.message.slice(0, 90))}`,
    );
  }
}
