// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = {
  weights: {
    touch: [0.3289, 1.0219, 0.7078, 0.8785, 0.2094, 0.9062, 0.2797],
    touchBias: 0.1106,
    right: [0.443, 0.3813, 0, 0, 0, 0.6818, 0.2848, 0.1139],
    rightBias: 0.9178,
    vague: 1.2265,
    vagueBias: -0.6062,
  },
  thresholds: {
    covered: 0.6,
    partial: 0.5,
    contradicted: 0.65,
    contradictedOverCredit: 1.2,
  },
};

/** For entries without. */
export const withoutStatements: Calibration = {
  weights: {
    touch: [0.0362, 1.3075, 0.5559, 0.533, 0.4066, 0.7582, 0.0793],
    touchBias: 0.109,
    right: [0, 0, 0, 0, 0, 0, 0, 0.033],
    rightBias: 1.9299,
    vague: 0,
    vagueBias: -1.3699,
  },
  thresholds: {
    covered: 0.6,
    partial: 0.55,
    contradicted: 0.35,
    contradictedOverCredit: 0.8,
  },
};
