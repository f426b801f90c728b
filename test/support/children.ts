import type { ChildProcess } from 'node:child_process';

/**
 * Programs that a test starts in the background end with the test process, also when a time limit ends it in the middle:
 * a gateway or a server left behind would hold its port and its memory for ever.
 */

const running = new Map<ChildProcess, NodeJS.Signals>();
let prepared = false;

/** Sends `signal` to `child` when this process ends before it. */
export function endWithUs(child: ChildProcess, signal: NodeJS.Signals): void {
  if (!prepared) prepare();
  prepared = true;
  running.set(child, signal);
  child.once('exit', () => running.delete(child));
}

function prepare(): void {
  process.once('exit', () => {
    for (const [child, signal] of running) child.kill(signal);
  });
  // A signal that nobody handles ends a process without 'exit'.
  process.once('SIGTERM', () => process.exit(143));
  process.once('SIGINT', () => process.exit(130));
}
