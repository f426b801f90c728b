import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, before, describe, it } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import { requireProgram } from '../support/programs.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { openClient, openTunnel, readAll, readBytes, startRawOrigin } from '../support/raw-tunnel.ts';
import type { Squid } from '../support/squid.ts';
import { startSquid } from '../support/squid.ts';

const USER = { name: 'gateway', password: 'p:ä$ word' };

describe('Squid with Basic authentication as relay', () => {
  let origin: RawOrigin;

  before(async () => {
    origin = await startRawOrigin((socket) => socket.pipe(socket));
  });
  after(() => origin.close());

  /** Starts a Squid and a gateway behind it; the name of the origin is known to Squid alone. */
  async function behind(
    context: TestContext,
    relayProxy: (port: number) => object,
    more: object = {},
  ): Promise<{ gateway: Gateway; squid: Squid } | null> {
    const program = requireProgram('squid', context);
    if (program === null) return null;
    const squid = await startSquid(program, USER, { 'origin.test': '127.0.0.1', 'forbidden.test': '127.0.0.1' });
    context.after(() => squid.stop());
    const gateway = await startGateway({
      workers: 1,
      allowedHosts: ['origin.test', 'forbidden.test'],
      allowedPorts: [origin.port],
      relayProxy: relayProxy(squid.port),
      ...more,
    });
    context.after(() => gateway.stop());
    return { gateway, squid };
  }

  const connectTo = async (gateway: Gateway, host: string): Promise<string> => {
    const client = await openClient(gateway.port);
    client.write(`CONNECT ${host}:${origin.port} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    return (await readAll(client)).toString('latin1');
  };

  it('lets tunnels through with the right password, and resolves the name itself', async (context) => {
    const stage = await behind(context, (port) => ({
      address: `http://127.0.0.1:${port}`,
      username: USER.name,
      password: USER.password,
    }));
    if (stage === null) return;
    const client = await openTunnel(stage.gateway.port, `origin.test:${origin.port}`);
    client.write('through two proxies');
    assert.equal((await readBytes(client, 19)).toString(), 'through two proxies');
    client.destroy();
    const closed = await stage.gateway.waitForEvent(({ event, bytesUp }) => event === 100 && bytesUp !== undefined);
    assert.match(String(closed['relay']), /^127\.0\.0\.1:\d+$/);
    const said = JSON.stringify(stage.gateway.events);
    assert.ok(!said.includes(USER.password) && !said.includes('Basic'));
  });

  it('takes the password from a file', async (context) => {
    const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-secret-'));
    context.after(() => rmSync(directory, { recursive: true }));
    const passwordFile = join(directory, 'password');
    writeFileSync(passwordFile, `${USER.password}\n`, { mode: 0o600 });
    const stage = await behind(context, (port) => ({
      address: `http://127.0.0.1:${port}`,
      username: USER.name,
      passwordFile,
    }));
    if (stage === null) return;
    (await openTunnel(stage.gateway.port, `origin.test:${origin.port}`)).destroy();
  });

  it('answers a wrong password with 407, which is named without being shown', async (context) => {
    const stage = await behind(context, (port) => ({
      address: `http://127.0.0.1:${port}`,
      username: USER.name,
      password: 'not the one',
    }));
    if (stage === null) return;
    const answer = await connectTo(stage.gateway, 'origin.test');
    assert.match(answer, /^HTTP\/1\.1 502 /);
    assert.match(answer, /\r\nProxy-Status: oms-gateway; error=proxy_configuration_error; received-status=407; /);
    assert.match(answer, /does not accept relayProxy\.username with this relayProxy\.password/);
    const event = await stage.gateway.waitForEvent(({ reason }) => reason === 'relay-authentication');
    assert.deepEqual([event.event, event['receivedStatus']], [403, 407]);
    assert.ok(!JSON.stringify(stage.gateway.events).includes('not the one'));
  });

  it('answers a missing password with 407, and the keys that are empty are named', async (context) => {
    const stage = await behind(context, (port) => ({ address: `http://127.0.0.1:${port}` }));
    if (stage === null) return;
    const answer = await connectTo(stage.gateway, 'origin.test');
    assert.match(answer, /^HTTP\/1\.1 502 [^]*relayProxy\.username and relayProxy\.password, which are not set/);
  });

  it('refuses a host, and its status is passed on', async (context) => {
    const stage = await behind(context, (port) => ({
      address: `http://127.0.0.1:${port}`,
      username: USER.name,
      password: USER.password,
    }));
    if (stage === null) return;
    const answer = await connectTo(stage.gateway, 'forbidden.test');
    assert.match(answer, /^HTTP\/1\.1 502 [^]*received-status=403/);
    const event = await stage.gateway.waitForEvent(({ reason }) => reason === 'relay-refused');
    assert.deepEqual([event.event, event['receivedStatus']], [403, 403]);
  });

  it('is replaced by the next one when it is down, said once', async (context) => {
    const down = await freePort();
    const stage = await behind(context, (port) => [
      { address: `http://127.0.0.1:${down}`, username: USER.name, password: USER.password },
      { address: `http://127.0.0.1:${port}`, username: USER.name, password: USER.password },
    ]);
    if (stage === null) return;
    for (let count = 0; count < 5; count += 1) {
      (await openTunnel(stage.gateway.port, `origin.test:${origin.port}`)).destroy();
    }
    await stage.gateway.waitForEvent(
      ({ reason, relay }) => reason === 'relay-unreachable' && relay === `127.0.0.1:${down}`,
    );
    const said = stage.gateway.events.filter(({ reason }) => reason === 'relay-unreachable');
    assert.equal(said.length, 1);
    // When the second one goes as well, the first is tried again and the client is told.
    await stage.squid.stop();
    assert.match(await connectTo(stage.gateway, 'origin.test'), /^HTTP\/1\.1 502 [^]*cannot be reached/);
  });

  it('is not used for hosts that bypass it', async (context) => {
    const stage = await behind(context, (port) => ({ address: `http://127.0.0.1:${port}`, bypass: ['origin.test'] }), {
      dns: { hosts: { 'origin.test': '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.1'] },
    });
    if (stage === null) return;
    const client = await openTunnel(stage.gateway.port, `origin.test:${origin.port}`);
    client.destroy();
    const closed = await stage.gateway.waitForEvent(({ event, bytesUp }) => event === 100 && bytesUp !== undefined);
    assert.equal(closed['relay'], undefined);
  });
});
