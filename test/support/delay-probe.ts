import { openSync, readSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into every process of a gateway with `NODE_OPTIONS=--import`: writes how long its event loop was held up at most,
 * in ms, to a file of its own in the directory that DELAY_PROBE names. Counted is the processor time that the loop's
 * thread used between two of its timers (proc(5): the first field of schedstat, in ns), so that other programs of a busy
 * machine do not count. SIGUSR2 begins anew.
 */

const directory = process.env['DELAY_PROBE'];
if (isMainThread && directory !== undefined) {
  const fd = openSync('/proc/self/schedstat', 'r');
  const buffer = new Uint8Array(64);
  const usedMs = (): number => {
    const length = readSync(fd, buffer, 0, buffer.length, 0);
    return Number(new TextDecoder().decode(buffer.subarray(0, length)).split(' ')[0]) / 1e6;
  };
  let last = usedMs();
  let longest = 0;
  setInterval(() => {
    const now = usedMs();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1).unref();
  setInterval(() => {
    writeFileSync(`${directory}/${process.pid}`, longest.toFixed(2));
    last = usedMs();
  }, 50).unref();
  process.on('SIGUSR2', () => {
    longest = 0;
  });
}
