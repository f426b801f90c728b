import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, before, describe, it } from 'node:test';
import { makeCertificate } from '../support/certificates.ts';
import { ascii } from '../support/feed.ts';
import type { Gateway } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import {
  SERVER_FLIGHT,
  openClient,
  openTunnel,
  rawHello,
  readAll,
  readBytes,
  startRawOrigin,
} from '../support/raw-tunnel.ts';
import type { RelayOptions, TestRelay } from '../support/relay.ts';
import { OPEN, startRelay } from '../support/relay.ts';

async function ask(gateway: Gateway): Promise<string> {
  const client = await openClient(gateway.port);
  client.write('CONNECT origin.test:443 HTTP/1.0\r\n\r\n');
  return (await readAll(client)).toString('latin1');
}

for (const engine of ['portable', 'linux'] as const) {
  describe(`dialing through a relay, engine ${engine}`, () => {
    let origin: RawOrigin;
    before(async () => {
      origin = await startRawOrigin((socket) => socket.pipe(socket));
    });
    after(() => origin.close());

    async function relay(context: TestContext, options: RelayOptions = {}): Promise<TestRelay> {
      const made = await startRelay({ originPort: origin.port, ...options });
      context.after(() => made.close());
      return made;
    }

    async function behind(context: TestContext, relayProxy: unknown, more: object = {}): Promise<Gateway> {
      const config = { engine, workers: 1, allowedHosts: ['origin.test'], relayProxy, timeouts: { dial: 2 }, ...more };
      const gateway = await startGateway(config);
      context.after(() => gateway.stop());
      return gateway;
    }

    it('forwards nothing before the 2xx, not even what the client sent early', async (context) => {
      const slow = await relay(context, { delayMs: 300 });
      const gateway = await behind(context, { address: `http://127.0.0.1:${slow.port}` });
      const client = await openClient(gateway.port);
      client.pause();
      client.write('CONNECT origin.test:443 HTTP/1.1\r\nHost: x\r\nX-Secret: 1\r\n\r\n');
      client.write(rawHello('origin.test'));
      const answer = await readBytes(client, 39 + SERVER_FLIGHT.length);
      assert.ok(answer.subarray(39).equals(SERVER_FLIGHT));
      assert.equal(slow.early, 0);
      assert.deepEqual(slow.requests, ['CONNECT origin.test:443 HTTP/1.1\r\nHost: origin.test:443\r\n\r\n']);
      client.destroy();
    });

    it('hands on what stands right behind the answer, wherever it is cut', async (context) => {
      // A destination that speaks first is refused; that it is seen at all shows that no byte was lost.
      const eager = await relay(context, { answer: `${OPEN}220 hello` });
      const gateway = await behind(context, { address: `http://127.0.0.1:${eager.port}` });
      const client = await openClient(gateway.port);
      client.write('CONNECT origin.test:443 HTTP/1.0\r\n\r\n');
      await gateway.waitForEvent(({ reason }) => reason === 'origin-spoke-first');
      client.destroy();
      // With the hello there already, the server's flight may come in one piece with the answer.
      const flight = Buffer.from(SERVER_FLIGHT).toString('latin1');
      const quick = await relay(context, { answer: `${OPEN}${flight}`, originPort: 1, delayMs: 100 });
      const second = await behind(context, { address: `http://127.0.0.1:${quick.port}` });
      const early = await openClient(second.port);
      early.pause();
      early.write(Buffer.concat([ascii('CONNECT origin.test:443 HTTP/1.0\r\n\r\n'), rawHello('origin.test')]));
      assert.ok((await readBytes(early, 39 + SERVER_FLIGHT.length)).subarray(39).equals(SERVER_FLIGHT));
      early.destroy();
    });

    it('refuses with the reason of the relay when it answers wrongly, late or not at all', async (context) => {
      for (const [options, reason, status] of [
        [{ answer: 'SSH-2.0-x\r\n' }, 'relay-malformed', 502],
        [{ answer: 'HTTP/1.1 200 OK\r\n' }, 'relay-timeout', 504],
        [{ answer: 'HTTP/1.1 503 busy\r\nContent-Length: 4\r\n\r\nbusy' }, 'relay-refused', 502],
        [{ answer: 'HTTP/1.1 500' }, 'relay-closed', 502],
        [{ delayMs: 10_000 }, 'relay-timeout', 504],
      ] as const) {
        const wrong = await relay(context, options);
        const gateway = await behind(context, { address: `http://127.0.0.1:${wrong.port}` });
        assert.match(await ask(gateway), new RegExp(`^HTTP/1\\.1 ${status} `), reason);
        await gateway.waitForEvent((event) => event.reason === reason && event.event === 403);
      }
    });

    it('goes on to the next relay within the time to dial when one never answers', async (context) => {
      const [silent, good] = [await relay(context, { delayMs: 60_000 }), await relay(context)];
      const gateway = await behind(context, [
        { address: `http://127.0.0.1:${silent.port}` },
        { address: `http://127.0.0.1:${good.port}` },
      ]);
      (await openTunnel(gateway.port, 'origin.test:443')).destroy();
      await gateway.waitForEvent(({ reason }) => reason === 'relay-timeout');
      // Remembered: the next tunnel does not wait again.
      const startedMs = performance.now();
      (await openTunnel(gateway.port, 'origin.test:443')).destroy();
      assert.ok(performance.now() - startedMs < 700);
      assert.deepEqual([silent.connections, good.connections], [1, 2]);
    });

    it('does not ask another relay for what one refused by its policy', async (context) => {
      const [strict, other] = [await relay(context, { answer: 'HTTP/1.1 403 no\r\n\r\n' }), await relay(context)];
      const gateway = await behind(context, [
        { address: `http://127.0.0.1:${strict.port}` },
        { address: `http://127.0.0.1:${other.port}` },
      ]);
      assert.match(await ask(gateway), /^HTTP\/1\.1 502 [^]*received-status=403/);
      assert.equal(other.connections, 0);
    });

    it('does not dial itself', async (context) => {
      const port = await freePort();
      const gateway = await behind(
        context,
        { address: `http://localhost:${port}` },
        { listen: { host: '127.0.0.1', port }, dns: { hosts: { localhost: '127.0.0.1' } } },
      );
      const client = await openClient(port);
      client.write('CONNECT origin.test:443 HTTP/1.0\r\n\r\n');
      assert.match((await readAll(client)).toString(), /^HTTP\/1\.1 502 [^]*error=proxy_loop_detected/);
      await gateway.waitForEvent(({ reason }) => reason === 'relay-loop');
    });
  });
}

describe('dialing through an https relay', () => {
  it('verifies the certificate of an https relay: trusted and for its name, or no word is said', async (context) => {
    const origin = await startRawOrigin((socket) => socket.pipe(socket));
    context.after(() => origin.close());
    const certificate = await makeCertificate(['relay.test']);
    const authorityFile = join(tmpdir(), `oms-gateway-relay-${process.pid}.pem`);
    writeFileSync(authorityFile, certificate.certificate);
    const secure = await startRelay({ originPort: origin.port, certificate });
    context.after(() => secure.close());
    const behind = async (name: string, environment: Readonly<Record<string, string>>): Promise<Gateway> => {
      const relayProxy = { address: `https://${name}:${secure.port}`, username: 'u', password: 'p' };
      const config = { workers: 1, allowedHosts: ['origin.test'], relayProxy, dns };
      const gateway = await startGateway(config, environment);
      context.after(() => gateway.stop());
      return gateway;
    };
    const dns = { hosts: { 'relay.test': '127.0.0.1', 'other.test': '127.0.0.1' } };
    const trusting = { NODE_EXTRA_CA_CERTS: authorityFile };

    const good = await behind('relay.test', trusting);
    assert.match(String(good.events[0]?.['why']), /^the relay proxy https:.* is reached through TLS$/);
    const client = await openTunnel(good.port, 'origin.test:443');
    const payload = Buffer.alloc(3_000_000, 'abc');
    client.write(payload);
    assert.ok((await readBytes(client, payload.length)).equals(payload), 'bulk data through TLS to the relay');
    client.destroy();
    assert.match(secure.requests[0] ?? '', /Proxy-Authorization: Basic dTpw/);

    for (const [name, environment] of [
      ['other.test', trusting],
      ['relay.test', {}],
      ['relay.test', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
    ] as const) {
      const wary = await behind(name, environment);
      assert.match(await ask(wary), /^HTTP\/1\.1 502 [^]*error=tls_certificate_error/);
      await wary.waitForEvent(({ reason }) => reason === 'relay-certificate');
    }
    assert.equal(secure.requests.length, 1);
  });
});
