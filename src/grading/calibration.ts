// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = {
  weights: {
    touch: [0.2944, 0.9561, 0.7917, 0.8653, 0.2869, 0.7827, 0.4841],
    touchBias: -0.0335,
    right: [0.419, 0.5998, 0, 0.0124, 0.1784, 0.615, 0.2242, 0.2215, 0.1276],
    rightBias: 0.9751,
    vague: 1.2507,
    vagueBias: -0.4205,
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
    touch: [0.036, 1.3077, 0.5546, 0.5307, 0.4059, 0.762, 0.0779],
    touchBias: 0.1061,
    right: [0, 0, 0, 0, 0, 0, 0, 0.0359, 0],
    rightBias: 1.9285,
    vague: 0,
    vagueBias: -1.3683,
  },
  thresholds: {
    covered: 0.6,
    partial: 0.55,
    contradicted: 0.35,
    contradictedOverCredit: 0.8,
  },
};
