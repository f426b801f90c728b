import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isGrease, readClientHello } from '../../src/tls/client-hello.ts';
import { makeCertificate } from '../support/certificates.ts';
import { startGateway } from '../support/gateway.ts';
import { requireProgram, runProgram } from '../support/programs.ts';
import { HOST } from './clients.ts';
import { startTap } from './tap.ts';

/** What agents never send and browsers always do: GREASE, a post-quantum key share, a meaningless Encrypted ClientHello. */

const QUIET = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--ignore-certificate-errors'],
];

describe('Chromium', () => {
  it('loads a page through the gateway', async (context) => {
    const chromium = requireProgram('chromium', context);
    if (chromium === null) return;
    const { certificate, key } = await makeCertificate([HOST]);
    const server = createServer({ cert: certificate, key }, (_, response) => {
      response.setHeader('content-type', 'text/html').end('<p id=greeting>hello through the gateway</p>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const tap = await startTap((server.address() as AddressInfo).port);
    const gateway = await startGateway({
      allowedHosts: [HOST],
      allowedPorts: [tap.port],
      dns: { hosts: { [HOST]: '127.0.0.1' } },
      addressGuard: { allow: ['127.0.0.0/8'] },
    });
    const profile = mkdtempSync(join(tmpdir(), 'oms-gateway-chromium-'));
    try {
      const own = [`--user-data-dir=${profile}`, `--proxy-server=http://127.0.0.1:${gateway.port}`, '--dump-dom'];
      const page = await runProgram(chromium, [...QUIET, ...own, `https://${HOST}:${tap.port}/`]);
      assert.match(page.stdout, /<p id="greeting">hello through the gateway<\/p>/, page.stderr);
      const verified = await gateway.waitForEvent(({ event, sni }) => event === 107 && sni === HOST);
      assert.deepEqual(
        [verified['version'], verified['clientCertificate']],
        ['TLS 1.3', 'hidden'],
        JSON.stringify(verified),
      );
      const hello = firstHello(tap.connections[0]?.arrived() ?? Buffer.alloc(0));
      assert.ok(hello.cipherSuites.some(isGrease) && hello.extensions.some(isGrease), 'GREASE');
      assert.equal(hello.encryptedClientHello, 'outer');
      assert.ok(hello.bytes > 1_500, `a post-quantum key share in ${hello.bytes} bytes`);
    } finally {
      await gateway.stop();
      tap.close();
      server.close();
      server.closeAllConnections();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

function firstHello(arrived: Buffer) {
  const bytes = arrived.readUInt16BE(3);
  const read = readClientHello(arrived.subarray(9, 5 + bytes));
  assert.ok(read.ok, JSON.stringify(read));
  return { ...read.hello, bytes };
}
