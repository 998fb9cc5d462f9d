// Written by eval/leaks/calibrate.ts; do not edit by hand.
import type { LeakWeights } from './leak-evidence.ts';

export const leakWeights: LeakWeights = {
  weights: [2.9976, 6.5972, -2.2563, 4.3533, -3.1105, 3.3421, -5.9747],
  bias: -17.5155,
  threshold: 1.0917,
};
