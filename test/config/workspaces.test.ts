import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { groupByOrigin, resolveHostRules } from '../../src/config/presets.ts';
import { workspaceHosts } from '../../src/config/workspaces.ts';
import { parseAuthority } from '../../src/address/authority.ts';
import { judgeDestination } from '../../src/policy/destination.ts';
import { compileRules } from '../../src/policy/rules.ts';

const ID = '0a1b2c3d-0000-4000-8000-000000000000';
const OTHER = '0a1b2c3d-0000-4000-8000-000000000001';

function allowed(tree: object, host: string): boolean | string {
  const loaded = check(tree);
  const parsed = parseAuthority(`${host}:443`);
  assert.ok(loaded.ok && parsed.ok);
  const rules = compileRules({
    config: loaded.config,
    hostGroups: groupByOrigin(resolveHostRules(loaded.config)),
    ownAddresses: [],
  });
  const verdict = judgeDestination(rules.destination, parsed.authority);
  return verdict.allow && verdict.rule;
}

describe('a workspace', () => {
  it('has three endpoints in each cloud', () => {
    assert.deepEqual(workspaceHosts(ID.toUpperCase(), 'public'), [
      `${ID}.oms.opinsights.azure.com`,
      `${ID}.ods.opinsights.azure.com`,
      `${ID}.agentsvc.azure-automation.net`,
    ]);
    for (const host of workspaceHosts(ID, 'usgovernment')) assert.match(host, /\.us$/);
    for (const host of workspaceHosts(ID, 'china')) assert.match(host, /\.cn$/);
  });

  it('allows its own endpoints, and none of another workspace or cloud', () => {
    const tree = { workspaces: [ID.toUpperCase()] };
    assert.equal(
      allowed(tree, `${ID}.ods.opinsights.azure.com`),
      `workspace ${ID.toUpperCase()}: ${ID}.ods.opinsights.azure.com`,
    );
    assert.equal(allowed(tree, `${OTHER}.ods.opinsights.azure.com`), false);
    assert.equal(allowed(tree, `x.${ID}.ods.opinsights.azure.com`), false);
    assert.equal(allowed(tree, `${ID}.ods.opinsights.azure.us`), false);
    assert.notEqual(allowed({ ...tree, cloud: 'usgovernment' }, `${ID}.ods.opinsights.azure.us`), false);
  });
});
