import assert from 'node:assert/strict';
import { check } from '../../src/config/load.ts';
import { groupByOrigin, resolveHostRules } from '../../src/config/presets.ts';
import { isLimited, roomLimitsOf } from '../../src/engine/room.ts';
import { compileRules } from '../../src/policy/rules.ts';
import type { SessionMemory } from '../../src/tunnel/session-memory.ts';
import type { SessionContext } from '../../src/tunnel/state.ts';

/** What sessions of a worker with this configuration share. */
export function sessionContext(config: object, sessions: SessionMemory | null = null): SessionContext {
  const loaded = check(config);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  const { limits, timeouts } = loaded.config;
  const rules = compileRules({
    config: loaded.config,
    hostGroups: groupByOrigin(resolveHostRules(loaded.config)),
    ownAddresses: [],
  });
  return { rules, limited: isLimited(roomLimitsOf(loaded.config)), limits, sessions, timeouts };
}
