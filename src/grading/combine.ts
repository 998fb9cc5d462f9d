/**
 * A chat model's verdict and the local judge's on one key point: which counts. Pure, and the one place where this is
 * decided (docs/decisions/0011-model-grades.md).
 */
import type { Span, Verdict, VerdictValue } from '../protocol.ts';
import { verdictWorth } from './arithmetic.ts';

/** What one judge says of a key point. */
export interface Said {
  readonly value: VerdictValue;
  /** Where in the reply it is shown; null for `missing`. Of a model: found by code and checked. */
  readonly span: Span | null;
  /** 0–1. */
  readonly confidence: number;
}

/** Verdicts whose worth lies this far apart are marked: covered and missing, partial and contradicted. */
export const farApart = 1;

/** What counts when two verdicts are far apart. */
export type ApartRule = (model: Said, local: Said) => VerdictValue;

const fromLow: readonly VerdictValue[] = ['contradicted', 'missing', 'partial', 'covered'];

/** The rules that were compared. */
export const apartRules = {
  /** The value halfway between the two; of two that are equally near, the lower one. */
  between: (model, local) => {
    const middle = (verdictWorth[model.value] + verdictWorth[local.value]) / 2;
    const off = (value: VerdictValue) => Math.abs(verdictWorth[value] - middle);
    return fromLow.reduce((best, value) => (off(value) < off(best) ? value : best));
  },
  surer: (model, local) => (model.confidence > local.confidence ? model.value : local.value),
  model: (model) => model.value,
  local: (_model, local) => local.value,
  lower: (model, local) =>
    verdictWorth[model.value] < verdictWorth[local.value] ? model.value : local.value,
} satisfies Record<string, ApartRule>;

/** The rule in use. */
export const apartRule: ApartRule = apartRules.between;

export type Combined = Pick<Verdict, 'value' | 'confidence' | 'replySpan' | 'by' | 'apart'>;

/**
 * @param model null when its word does not count: its quote was refused
 * @param local null when the local judge did not look at this point
 */
export function combine(model: Said | null, local: Said | null, rule: ApartRule = apartRule): Combined {
  if (!model) return alone(local ?? { value: 'missing', span: null, confidence: 0 }, 'local');
  if (!local) return alone(model, 'model');
  const distance = Math.abs(verdictWorth[model.value] - verdictWorth[local.value]);
  if (distance < farApart) {
    const agreed = model.value === local.value;
    return alone(
      agreed ? { ...model, confidence: Math.max(model.confidence, local.confidence) } : model,
      'model',
    );
  }
  const value = rule(model, local);
  const heard = [model, local].find((one) => one.value === value);
  // A value between the two rests on the words of the one that found some.
  const shown = heard ?? (verdictWorth[model.value] > verdictWorth[local.value] ? model : local);
  return {
    value,
    // Nobody is sure of what two judges see so differently.
    confidence: Math.min(model.confidence, local.confidence) / 2,
    replySpan: value === 'missing' ? null : shown.span,
    by: heard === undefined ? 'both' : heard === model ? 'model' : 'local',
    apart: { model: model.value, local: local.value },
  };
}

function alone({ value, span, confidence }: Said, by: 'model' | 'local'): Combined {
  return { value, confidence, replySpan: span, by };
}
