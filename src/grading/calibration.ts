// Written by eval/grading/calibrate.ts; do not edit by hand.
import type { Calibration } from './statement-model.ts';

/** For entries with labelled statements. */
export const withStatements: Calibration = {
  weights: {
    touch: [0.2623, 0.7892, 0.5396, 0.7088, 0.2964, 0.6937, 0.3261, 0.1678, 0.9823],
    touchBias: -0.1183,
    right: [0.3847, 0.4693, 0, 0.0804, 0.0715, 0.7036, 0.2123, 0.1931, 0.1611],
    rightBias: 0.6759,
    vague: 1.0469,
    vagueBias: -0.4641,
  },
  thresholds: {
    covered: 0.6,
    partial: 0.45,
    contradicted: 0.7,
    contradictedOverCredit: 1,
  },
  confidence: {
    covered: {
      slope: 0.7778,
      bias: 0.3712,
    },
    partial: {
      slope: 0.8539,
      bias: -1.5842,
    },
    missing: {
      slope: 1.532,
      bias: -1.2425,
    },
    contradicted: {
      slope: 0.8821,
      bias: -2.0068,
    },
  },
};

/** For entries without. */
export const withoutStatements: Calibration = {
  weights: {
    touch: [0.0629, 1.0713, 0.5697, 0.7675, 0.4334, 0.344, 0.0383, 0.5839, 1.1517],
    touchBias: -0.0615,
    right: [0, 0, 0, 0, 0, 0, 0, 0, 0],
    rightBias: 1.8981,
    vague: 0,
    vagueBias: -1.338,
  },
  thresholds: {
    covered: 0.6,
    partial: 0.5,
    contradicted: 0.3,
    contradictedOverCredit: 0.8,
  },
  confidence: {
    covered: {
      slope: 0.8228,
      bias: 0.0743,
    },
    partial: {
      slope: 0.8225,
      bias: -1.6163,
    },
    missing: {
      slope: 1.2556,
      bias: -1.3276,
    },
    contradicted: {
      slope: 1,
      bias: 0,
    },
  },
};
