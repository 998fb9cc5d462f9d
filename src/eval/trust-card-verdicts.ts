/** The trust card's part on single verdicts. Pure. */
import { unsureBelow } from '../protocol.ts';
import { figure, percent, table } from './markdown-parts.ts';
import type { VerdictReport } from './verdict-eval.ts';

export function verdictsPart(report: VerdictReport): string[] {
  const values = ['covered', 'partial', 'missing', 'contradicted'] as const;
  return [
    `One reader, who also worked on the judge, went through ${report.replies} of the test replies and gave a verdict on each key point: ${report.n} in all. The judge gives the same one in ${percent(report.right)} [${report.interval.map(percent).join(', ')}]. Verdicts below a confidence of ${unsureBelow} are shown as “not sure” (${report.unsure.n}; ${percent(report.unsure.right)} right); of the others ${percent(report.sure.right)} are right.`,
    table(
      ['labelled', ...values.map((value) => `judged ${value}`)],
      values.map((gold) => [gold, ...values.map((value) => String(report.confusion[gold][value]))]),
    ),
    `**What a confidence is worth.** Confidences are fitted on labelled development replies to other questions. Expected calibration error on the test replies: ${figure(report.calibrationError)} (0 would be perfect).`,
    table(
      ['the judge is sure to', 'verdicts', 'mean confidence', 'right'],
      report.bins.map(({ from, to, n, confidence, right }) => [
        `${Math.round(100 * from)}–${Math.round(100 * to)} %`,
        String(n),
        percent(confidence),
        percent(right),
      ]),
    ),
    'A contradiction that the judge is not sure of costs nothing; every other verdict counts as what it says.',
  ];
}
