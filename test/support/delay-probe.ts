import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into every process of a gateway with `NODE_OPTIONS=--import`: writes the longest pause of its event loop, in ms,
 * to a file of its own in the directory that DELAY_PROBE names, and begins anew whenever the file is read and removed.
 */

const directory = process.env['DELAY_PROBE'];
if (isMainThread && directory !== undefined) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  setInterval(() => {
    writeFileSync(`${directory}/${process.pid}`, `${histogram.max / 1e6}`);
  }, 50).unref();
  process.on('SIGUSR2', () => {
    histogram.reset();
  });
}
