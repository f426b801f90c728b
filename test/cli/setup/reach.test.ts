import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { parseAuthority } from '../../../src/address/authority.ts';
import { reachDirectly, reachRelay, reachThrough } from '../../../src/cli/setup/reach.ts';
import { check } from '../../../src/config/load.ts';
import type { Relay } from '../../../src/config/relays.ts';
import { relaysOf } from '../../../src/config/relays.ts';
import { freePort } from '../../support/gateway.ts';
import { startRelay } from '../../support/relay.ts';

function authority(text: string) {
  const parsed = parseAuthority(text);
  assert.ok(parsed.ok);
  return parsed.authority;
}

function relayAt(port: number, credentials: object = {}): Relay {
  const loaded = check({ relayProxy: { address: `http://127.0.0.1:${port}`, ...credentials } });
  assert.ok(loaded.ok);
  const [relay] = relaysOf(loaded.config);
  assert.ok(relay !== undefined);
  return relay;
}

async function listening(serve: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe('test connections', () => {
  it('reach what listens directly, and say why not', async () => {
    const { server, port } = await listening((socket) => socket.end());
    const up = await reachDirectly(authority(`127.0.0.1:${port}`));
    assert.deepEqual([up.ok, up.detail.startsWith(`connected to 127.0.0.1 ${port} in `)], [true, true]);
    server.close();
    assert.deepEqual(await reachDirectly(authority(`127.0.0.1:${await freePort()}`)), {
      ok: false,
      detail: 'nothing listens there, or a firewall rejects it',
    });
  });

  it('reach a relay, and a host through it with credentials', async () => {
    const relay = await startRelay({ answer: 'HTTP/1.1 200 OK\r\n\r\n' });
    assert.equal((await reachRelay(relayAt(relay.port))).ok, true);
    const credentials = { username: 'üser', password: 'p:w' };
    const reached = await reachThrough(relayAt(relay.port, credentials), authority('a.test:443'));
    assert.deepEqual([reached.ok, /the relay proxy connected it/.test(reached.detail)], [true, true]);
    const basic = Buffer.from('üser:p:w').toString('base64');
    assert.equal(
      relay.requests.at(-1),
      `CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nProxy-Authorization: Basic ${basic}\r\n\r\n`,
    );
    await relay.close();
  });

  it('tell a refusal, silence, an end and something that is no proxy apart', async () => {
    for (const [serve, detail] of [
      [
        (socket: Socket) => socket.write('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
        /answered 407 Proxy Auth/,
      ],
      [(socket: Socket) => socket.write('220 mail.test ESMTP\r\n'), /is no HTTP proxy/],
      [() => undefined, /no answer within 0\.2 s/],
      [(socket: Socket) => socket.end(), /closed without an answer/],
    ] as const) {
      const sockets: Socket[] = [];
      const { server, port } = await listening((socket) => {
        sockets.push(socket);
        serve(socket);
      });
      const reached = await reachThrough(relayAt(port), authority('a.test:443'), 200);
      assert.equal(reached.ok, false);
      assert.match(reached.detail, detail);
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});
