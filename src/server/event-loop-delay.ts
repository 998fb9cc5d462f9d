/** How late the event loop is: everything else that this process has to do waits so long. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

/** How often the delay is looked at, ms. More often costs more than it tells. */
const everyMs = 5;

/**
 * Registers `viva_event_loop_delay_seconds`, by quantile, over the time since it was last asked for. (The process metrics'
 * own `nodejs_eventloop_lag_…` count the interval of their timer in, about 10 ms.)
 */
export function measureEventLoopDelay(register: Registry): void {
  const delay = monitorEventLoopDelay({ resolution: everyMs });
  delay.enable();
  const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - everyMs) / 1e3;
  const gauge = new Gauge({
    name: 'viva_event_loop_delay_seconds',
    help: 'How late the event loop was since the last look: median, 99th percentile, longest.',
    labelNames: ['quantile'] as const,
    registers: [register],
    collect() {
      gauge.set({ quantile: '0.5' }, seconds(delay.percentile(50)));
      gauge.set({ quantile: '0.99' }, seconds(delay.percentile(99)));
      gauge.set({ quantile: '1' }, seconds(delay.max));
      delay.reset();
    },
  });
}
