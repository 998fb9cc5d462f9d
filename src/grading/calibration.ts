// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = {
  weights: {
    touch: [0.2867, 1.0259, 0.7064, 0.9424, 0.2457, 0.7398, 0.346],
    touchBias: -0.0727,
    right: [0.4021, 0.5204, 0, 0.0123, 0.1657, 0.599, 0.3056, 0.0916, 0.2624],
    rightBias: 0.7065,
    vague: 1.0688,
    vagueBias: -0.4522,
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
    touch: [0.0928, 1.4524, 0.5331, 0.6563, 0.4, 0.6123, 0.0926],
    touchBias: 0.0008,
    right: [0, 0, 0, 0, 0, 0, 0, 0, 0],
    rightBias: 1.848,
    vague: 0,
    vagueBias: -1.289,
  },
  thresholds: {
    covered: 0.6,
    partial: 0.55,
    contradicted: 0.35,
    contradictedOverCredit: 0.8,
  },
};
