// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = {
  weights: {
    touch: [0.3691, 0.9728, 0.5773, 1.0056, 0.309, 0.9746, 0.2043],
    touchBias: 0.1739,
    right: [0.4417, 0.3149, 0, 0, 0.0871, 0.7694, 0.3931, 0.0888],
    rightBias: 0.834,
    vague: 1.1038,
    vagueBias: -0.7507,
  },
  thresholds: {
    covered: 0.65,
    partial: 0.45,
    contradicted: 0.55,
    contradictedOverCredit: 1,
  },
};

/** For entries without. */
export const withoutStatements: Calibration = {
  weights: {
    touch: [0.1265, 1.1326, 0.5283, 0.4905, 0.3871, 0.8771, 0.1652],
    touchBias: 0.0973,
    right: [0, 0, 0, 0, 0, 0, 0, 0.2292],
    rightBias: 1.9128,
    vague: 0,
    vagueBias: -1.3674,
  },
  thresholds: {
    covered: 0.6,
    partial: 0.55,
    contradicted: 0.2,
    contradictedOverCredit: 0.6,
  },
};
