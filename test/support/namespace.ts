import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';

/** Network namespaces: a network of one's own, whose packets may be dropped without anybody else noticing. */

/** Whether this machine lets us have one; else the test is skipped, and outside of CI no more than that. */
export function hasNamespaces(context: TestContext): boolean {
  if (canUnshare()) return true;
  context.skip('unshare -rn is not permitted here');
  return false;
}

export function canUnshare(): boolean {
  return spawnSync('unshare', ['-rn', 'true'], { stdio: 'ignore' }).status === 0;
}
