// Written by eval/leaks/calibrate.ts; do not edit by hand.
import type { LeakWeights } from './leak-evidence.ts';

export const leakWeights: LeakWeights = {
  weights: [3.3396, 6.5706, -2.5201, 3.9116, -3.0484, 3.3323, -5.7754],
  bias: -17.591,
  threshold: 1.1065,
};
