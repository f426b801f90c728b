import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proposedHost, testHost } from '../../../src/cli/setup/test-host.ts';
import { check } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import { startRelay } from '../../support/relay.ts';

const ID = '0a1b2c3d-0000-4000-8000-000000000000';

function config(tree: object): Config {
  const loaded = check(tree);
  assert.ok(loaded.ok);
  return loaded.config;
}

describe('the host that the setup tries', () => {
  it('is one that the configuration allows', () => {
    assert.equal(proposedHost(config({ workspaces: [ID], cloud: 'china' })), `${ID}.ods.opinsights.azure.cn`);
    const cloud = 'usgovernment';
    assert.equal(
      proposedHost(config({ presets: ['azure-monitor'], cloud })),
      'global.handler.control.monitor.azure.us',
    );
    assert.equal(proposedHost(config({ allowedHosts: ['a.test'] })), null);
  });

  it('is refused without a connection when the policy refuses it, or when it is none', async () => {
    const relay = await startRelay();
    const relayProxy = { address: `http://127.0.0.1:${relay.port}` };
    const refused = await testHost(config({ relayProxy, allowedHosts: ['a.test'] }), 'b.test');
    assert.deepEqual(
      [refused.ok, /would be refused: Target host \(b\.test\) is forbidden/.test(refused.line)],
      [false, true],
    );
    assert.equal((await testHost(config({}), 'http://a.test')).ok, false);
    assert.equal(relay.connections, 0);
    await relay.close();
  });

  it('is reached through the relay without looking its name up here', async () => {
    const relay = await startRelay({ answer: 'HTTP/1.1 200 OK\r\n\r\n' });
    const relayProxy = { address: `http://127.0.0.1:${relay.port}` };
    const tested = await testHost(config({ relayProxy, allowedHosts: ['a.invalid'] }), 'a.invalid');
    assert.equal(tested.ok, true, tested.line);
    assert.match(relay.requests[0] ?? '', /^CONNECT a\.invalid:443 /);
    await relay.close();
  });
});
