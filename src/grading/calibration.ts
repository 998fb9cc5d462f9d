// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = {
  weights: {
    touch: [0.293, 0.9516, 0.8015, 0.8758, 0.284, 0.777, 0.4821],
    touchBias: -0.0329,
    right: [0.4142, 0.5915, 0, 0.0101, 0.1783, 0.6203, 0.2168, 0.2228, 0.1224],
    rightBias: 0.9902,
    vague: 1.2514,
    vagueBias: -0.4182,
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
    touch: [0.0362, 1.3075, 0.5559, 0.533, 0.4066, 0.7582, 0.0793],
    touchBias: 0.109,
    right: [0, 0, 0, 0, 0, 0, 0, 0.033, 0],
    rightBias: 1.9299,
    vague: 0,
    vagueBias: -1.3699,
  },
  thresholds: {
    covered: 0.65,
    partial: 0.6,
    contradicted: 0.35,
    contradictedOverCredit: 0.8,
  },
};
