import assert from 'node:assert/strict';
import { check } from '../../src/config/load.ts';
import { resolveHostRules } from '../../src/config/presets.ts';
import { compileRules } from '../../src/policy/rules.ts';
import type { SessionContext } from '../../src/tunnel/state.ts';

/** What sessions of a worker with this configuration share. */
export function sessionContext(config: object): SessionContext {
  const loaded = check(config);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  const rules = compileRules({ config: loaded.config, hostRules: resolveHostRules(loaded.config), ownAddresses: [] });
  return { rules, limits: loaded.config.limits, timeouts: loaded.config.timeouts };
}
