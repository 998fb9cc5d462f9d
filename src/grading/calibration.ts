// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = {
  weights: {
    touch: [0.3232, 1.0776, 0.6828, 0.9246, 0.1546, 0.8965, 0.2811],
    touchBias: 0.1413,
    right: [0.4874, 0.3711, 0.0136, 0.1833, 0, 0.6886, 0.3143, 0.1005],
    rightBias: 0.8043,
    vague: 1.2374,
    vagueBias: -0.5826,
  },
  thresholds: {
    covered: 0.65,
    partial: 0.5,
    contradicted: 0.6,
    contradictedOverCredit: 1.2,
  },
};

/** For entries without. */
export const withoutStatements: Calibration = {
  weights: {
    touch: [0.0122, 1.3076, 0.5416, 0.5961, 0.3933, 0.7468, 0.0657],
    touchBias: 0.134,
    right: [0, 0, 0, 0, 0, 0, 0, 0.0191],
    rightBias: 1.9266,
    vague: 0,
    vagueBias: -1.3661,
  },
  thresholds: {
    covered: 0.65,
    partial: 0.55,
    contradicted: 0.2,
    contradictedOverCredit: 0.6,
  },
};
