import type { Estimate } from './trust-card.ts';

export function figure(value: number | null, digits = 2): string {
  return value === null ? '–' : value.toFixed(digits).replace('-', '−');
}

export function signed(value: number | null): string {
  return value !== null && value > 0 ? `+${figure(value)}` : figure(value);
}

export function percent(value: number | null): string {
  return value === null ? '–' : `${Math.round(100 * value)}%`;
}

/** The ends of the 95 % interval; empty where there is none. */
export function range({ interval }: Estimate, show: (value: number | null) => string = figure): string {
  return interval === null ? '' : `${show(interval[0])} – ${show(interval[1])}`;
}
