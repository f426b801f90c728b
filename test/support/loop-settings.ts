import assert from 'node:assert/strict';
import { check } from '../../src/config/load.ts';
import { groupByOrigin, resolveHostRules } from '../../src/config/presets.ts';
import type { LoopSettings } from '../../src/engine/settings.ts';

/** What a worker gives its engine, made from a configuration as a file would hold it. */
export function loopSettings(config: Readonly<Record<string, unknown>>): LoopSettings {
  const loaded = check(config);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return {
    config: loaded.config,
    hostGroups: groupByOrigin(resolveHostRules(loaded.config)),
    relays: [],
    trusted: [],
    listenTls: null,
    ownAddresses: [],
    sessionSalt: '00',
    idPrefix: 'test',
  };
}
