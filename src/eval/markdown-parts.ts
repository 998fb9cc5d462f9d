/** Figures and tables as Markdown. Pure. */
import type { Estimate } from './trust-measures.ts';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

export function bracketed(
  { value, interval }: Estimate,
  show: (value: number | null) => string = figure,
): string {
  if (value === null) return '–';
  return interval === null ? show(value) : `${show(value)} [${show(interval[0])}, ${show(interval[1])}]`;
}

export function figure(value: number | null, digits = 2): string {
  return value === null ? '–' : value.toFixed(digits).replace('-', '−');
}

export function signed(value: number | null): string {
  return value !== null && value > 0 ? `+${figure(value)}` : figure(value);
}

export function percent(value: number | null): string {
  return value === null ? '–' : `${Math.round(100 * value)} %`;
}
