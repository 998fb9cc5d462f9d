// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = {
  weights: {
    touch: [0.2929, 1.0588, 0.6801, 0.9701, 0.2688, 0.7071, 0.3573],
    touchBias: -0.0715,
    right: [0.3814, 0.5062, 0, 0, 0.1082, 0.6737, 0.2802, 0.1532, 0.2077],
    rightBias: 0.711,
    vague: 1.0451,
    vagueBias: -0.4838,
  },
  thresholds: {
    covered: 0.6,
    partial: 0.45,
    contradicted: 0.65,
    contradictedOverCredit: 1.2,
  },
};

/** For entries without. */
export const withoutStatements: Calibration = {
  weights: {
    touch: [0.0925, 1.5588, 0.4637, 0.8043, 0.3467, 0.5241, 0.0971],
    touchBias: 0.0126,
    right: [0, 0, 0, 0, 0, 0, 0, 0, 0],
    rightBias: 1.8709,
    vague: 0,
    vagueBias: -1.3114,
  },
  thresholds: {
    covered: 0.6,
    partial: 0.55,
    contradicted: 0.35,
    contradictedOverCredit: 0.8,
  },
};
