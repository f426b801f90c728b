import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';
import { LiveHosts } from '../../src/lists/live-hosts.ts';
import type { HostChange } from '../../src/lists/source.ts';
import { Tunnels } from '../../src/lists/tunnels.ts';
import { RelayRoutes } from '../../src/relay/routes.ts';
import type { Gateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { startListServer } from '../support/list-server.ts';
import { openClient, readAll } from '../support/raw-tunnel.ts';

function directory(context: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'oms-gateway-lists-'));
  context.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** 403 for a host that is not allowed; an allowed one gets as far as the dial (port 1 of loopback). */
async function isAllowed(gateway: Gateway, host: string): Promise<boolean> {
  const client = await openClient(gateway.port);
  client.write(`CONNECT ${host}:1 HTTP/1.0\r\n\r\n`);
  return !(await readAll(client)).toString('latin1').includes('403 Forbidden');
}

const settings = (hostLists: readonly object[], stateDirectory: string): Record<string, unknown> => ({
  workers: 2,
  allowedPorts: [1],
  dns: { hosts: { 'one.test': '127.0.0.1', 'two.test': '127.0.0.1' } },
  addressGuard: { allow: ['127.0.0.1'] },
  hostLists,
  stateDirectory,
});

describe('host lists of a running gateway', () => {
  it('are downloaded, told about, kept on disk and used when the source is gone', async (context) => {
    const state = join(directory(context), 'state');
    const server = await startListServer(null);
    server.answer = (_, response) => response.end('one.test\n*\n');
    const list = { url: `http://127.0.0.1:${server.port}/hosts` };
    const gateway = await startGateway(settings([list], state));
    const change = await gateway.waitForEvent(({ reason }) => reason === 'host-list-changed');
    assert.deepEqual([change.event, change['added'], change['removed']], [100, ['one.test'], []]);
    const refused = await gateway.waitForEvent(({ reason }) => reason === 'host-list-entries-refused');
    assert.match(String(refused['refused']), /would allow every host/);
    assert.deepEqual([await isAllowed(gateway, 'one.test'), await isAllowed(gateway, 'two.test')], [true, false]);
    await gateway.stop();
    assert.equal(readdirSync(state).length, 1);

    await server.close();
    const offline = await startGateway(settings([list], state));
    assert.equal(await isAllowed(offline, 'one.test'), true);
    const failed = await offline.waitForEvent(({ reason }) => reason === 'host-list-failed');
    assert.deepEqual([failed.event, failed['kept']], [403, 1]);
    // Taken out of the configuration, it allows nothing more.
    offline.configure(settings([], state));
    offline.signal('SIGHUP');
    await offline.waitForEvent(({ reason }) => reason === 'configuration-reloaded');
    assert.equal(await isAllowed(offline, 'one.test'), false);
    await offline.stop();
  });

  it('from files follow the file; one that becomes wrong leaves the last good state', async (context) => {
    const place = directory(context);
    const file = join(place, 'hosts.txt');
    writeFileSync(file, 'one.test\n');
    const gateway = await startGateway(settings([{ file }], place));
    assert.equal(await isAllowed(gateway, 'one.test'), true);
    writeFileSync(file, 'two.test # instead\n');
    const change = await gateway.waitForEvent(({ reason }) => reason === 'host-list-changed');
    assert.deepEqual([change['added'], change['removed']], [['two.test'], ['one.test']]);
    assert.deepEqual([await isAllowed(gateway, 'one.test'), await isAllowed(gateway, 'two.test')], [false, true]);
    rmSync(file);
    await gateway.waitForEvent(({ reason }) => reason === 'host-list-failed');
    assert.equal(await isAllowed(gateway, 'two.test'), true);
    await gateway.stop();
  });
});

describe('the sources of live hosts', () => {
  it('go on over a reload that does not change them, and end with the one that does', async (context) => {
    const place = directory(context);
    const [one, two] = [join(place, 'one'), join(place, 'two')];
    writeFileSync(one, 'one.test');
    writeFileSync(two, 'two.test');
    const changes: HostChange[] = [];
    const live = new LiveHosts({
      way: () => ({ tunnels: new Tunnels(new RelayRoutes([]), []), trusted: [] }),
      changed: (change) => changes.push(change),
      notice: () => undefined,
      root: place,
    });
    const list = (file: string): { url: string; file: string; refreshSeconds: number } => ({
      url: '',
      file,
      refreshSeconds: 60,
    });
    live.configure({ hostLists: [list(one), list(two)], agentDiscovery: false }, place);
    assert.deepEqual(
      live.rules.map(({ pattern, origin }) => [pattern, origin]),
      [
        ['one.test', `host list ${one}`],
        ['two.test', `host list ${two}`],
      ],
    );
    writeFileSync(two, 'three.test');
    live.configure({ hostLists: [list(two)], agentDiscovery: false }, place);
    assert.deepEqual(
      live.rules.map(({ pattern }) => pattern),
      ['two.test'],
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(
      live.rules.map(({ pattern }) => pattern),
      ['three.test'],
    );
    assert.equal(changes.length, 1);
    mkdirSync(join(place, 'etc/opt/microsoft/omsagent/ws/conf'), { recursive: true });
    writeFileSync(
      join(place, 'etc/opt/microsoft/omsagent/ws/conf/omsadmin.conf'),
      'OMS_ENDPOINT=https://x.ods.opinsights.azure.com/OperationalData.svc\n',
    );
    live.configure({ hostLists: [], agentDiscovery: true }, place);
    assert.deepEqual(live.rules, [{ pattern: 'x.ods.opinsights.azure.com', origin: 'agent discovery' }]);
    live.stop();
  });
});
