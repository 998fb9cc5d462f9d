/** When messages come in: a Poisson process, the same for the same seed. */
import { seededRandom } from '../../src/coach/random.ts';

/** Times of arrival in ms from the start, in order, `perSecond` on average, over `seconds`. */
export function poissonArrivals(perSecond: number, seconds: number, seed: number): number[] {
  const random = seededRandom(seed, `arrivals at ${perSecond}`);
  const times: number[] = [];
  for (let at = 0; ;) {
    // The gap between two arrivals of a Poisson process is exponential.
    at += (-Math.log(1 - random()) / perSecond) * 1000;
    if (at >= seconds * 1000) return times;
    times.push(at);
  }
}
