import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { requireProgram, runProgram } from '../support/programs.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { startRawOrigin } from '../support/raw-tunnel.ts';

/**
 * Real programs that ask for one host and greet another (domain fronting). What the destination saw is counted at the
 * destination itself, not taken from the gateway's own account.
 */

const HOST = 'origin.test';

describe('a client whose server name is not the host it asked for', () => {
  it('openssl: gets unrecognized_name, event 106, and not one byte reaches the destination', (context) =>
    onStage(context, 'openssl', async (openssl, gateway, origin) => {
      const proxied = ['s_client', '-proxy', `127.0.0.1:${gateway.port}`, '-connect', `${HOST}:${origin.port}`];
      const result = await runProgram(openssl, [...proxied, '-servername', 'other.test']);
      assert.notEqual(result.code, 0);
      assert.match(result.stderr, /unrecognized.name/i);
      assert.ok(result.tookMs < 2_000, `took ${result.tookMs} ms`);
    }));

  it('curl --connect-to: fails in the handshake, event 106, and not one byte reaches the destination', (context) =>
    onStage(context, 'curl', async (curl, gateway, origin) => {
      const proxied = ['-sS', '-k', '-x', `http://127.0.0.1:${gateway.port}`];
      const lie = ['--connect-to', `other.test:443:${HOST}:${origin.port}`, 'https://other.test/'];
      const result = await runProgram(curl, [...proxied, ...lie]);
      // CURLE_SSL_CONNECT_ERROR
      assert.equal(result.code, 35, result.stderr);
      assert.match(result.stderr, /unrecognized.name/i);
      assert.ok(result.tookMs < 2_000, `took ${result.tookMs} ms`);
    }));
});

async function onStage(
  context: TestContext,
  name: string,
  play: (program: string, gateway: Gateway, origin: RawOrigin) => Promise<void>,
): Promise<void> {
  const program = requireProgram(name, context);
  if (program === null) return;
  const origin = await startRawOrigin(() => undefined);
  const gateway = await startGateway({
    allowedHosts: [HOST],
    allowedPorts: [origin.port],
    dns: { hosts: { [HOST]: '127.0.0.1' } },
    addressGuard: { allow: ['127.0.0.0/8'] },
  });
  try {
    await play(program, gateway, origin);
    const event = await gateway.waitForEvent(({ reason, event: id }) => reason === 'sni-mismatch' && id === 106);
    assert.equal(event.destination, `${HOST}:${origin.port}`);
    await gateway.waitForEvent((each) => each.tunnel === event.tunnel && each.event === 100);
    assert.deepEqual([origin.connections, origin.received], [1, 0]);
  } finally {
    await gateway.stop();
    await origin.close();
  }
}
