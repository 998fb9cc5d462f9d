// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = {
  weights: {
    touch: [0.3176, 1.0447, 0.6961, 0.8908, 0.1875, 0.888, 0.2875],
    touchBias: 0.1173,
    right: [0.434, 0.3859, 0, 0, 0.0299, 0.6653, 0.3128, 0.0879, 0.274],
    rightBias: 0.8912,
    vague: 1.2263,
    vagueBias: -0.6162,
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
    right: [0, 0, 0, 0, 0, 0, 0, 0.033, 0],
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
