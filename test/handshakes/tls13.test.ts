import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, before, describe, it } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import type { Version } from './clients.ts';
import { runGnutls, runOpenssl } from './clients.ts';
import type { TlsServer } from './servers.ts';
import type { Stage, Story } from './stage.ts';
import { assertOnlyHelloArrived, setStage, tunnelStory } from './stage.ts';
import { recordTypes } from './tap.ts';

/** What TLS 1.3 brings: a second ClientHello, early data, hidden certificates; and what versions a server may choose. */

let stage: Stage | null = null;
let plain: TlsServer;
let retrying: TlsServer;
let early: TlsServer;
let old: TlsServer;
let gateway: Gateway;

before(async (context) => {
  stage = setStage(context as unknown as TestContext);
  if (stage === null) return;
  plain = await stage.server({ library: 'openssl', asksForCertificate: true });
  retrying = await stage.server({ library: 'openssl', asksForCertificate: true, more: ['-groups', 'P-256'] });
  early = await stage.server({ library: 'openssl', asksForCertificate: false, silent: true, more: ['-early_data'] });
  old = await stage.server({ library: 'openssl', asksForCertificate: false, more: ['-no_tls1_3', '-no_tls1_2'] });
  gateway = await stage.gateway();
});
after(async () => {
  await stage?.close();
});

function connectOnce(
  through: Gateway,
  server: TlsServer,
  version: Version | null,
  more: readonly string[] = [],
): Promise<Story> {
  assert.ok(stage !== null);
  const { programs } = stage;
  // Without a version the client offers all it has.
  const wish = { gatewayPort: through.port, port: server.tap.port };
  const all = ['-min_protocol', 'TLSv1'];
  return tunnelStory(through, server, () => {
    return version === null
      ? runOpenssl(programs, { ...wish, version: '1.3', more: [...all, ...more], allVersions: true })
      : runOpenssl(programs, { ...wish, version, more });
  });
}

/** Handshake message types of the records in the clear, as far as each record begins with one. */
function clearMessages(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 6 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
    if (bytes[at] === 0x16) types.push(bytes[at + 5] ?? 0);
  }
  return types;
}

describe('HelloRetryRequest', () => {
  it('is followed to the second ClientHello, and the session is verified', async () => {
    if (stage === null) return;
    const { verdict, origin } = await connectOnce(gateway, retrying, '1.3', ['-groups', 'X25519:P-256']);
    assert.deepEqual([verdict.event, verdict['version'], verdict['clientCertificate']], [107, 'TLS 1.3', 'hidden']);
    assert.deepEqual(clearMessages(origin.arrived()).slice(0, 2), [1, 1], 'two hellos arrived');
    assert.deepEqual(clearMessages(origin.answered()).slice(0, 2), [2, 2], 'the first answer asked for another');
  });

  it('with gnutls as client', async () => {
    if (stage === null) return;
    const { programs } = stage;
    const groups = 'NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:%DISABLE_WILDCARDS';
    const more = ['--priority', groups.replace(':%DISABLE_WILDCARDS', ''), '--single-key-share'];
    const { verdict, origin } = await tunnelStory(gateway, retrying, () => {
      return runGnutls(programs, { gatewayPort: gateway.port, port: retrying.tap.port, version: '1.3', more });
    });
    assert.deepEqual([verdict.event, verdict['version']], [107, 'TLS 1.3'], JSON.stringify(verdict));
    assert.deepEqual(clearMessages(origin.arrived()).slice(0, 2), [1, 1], 'two hellos arrived');
  });
});

describe('early data', () => {
  it('goes to the server with the hello it belongs to, and the session is verified', async () => {
    if (stage === null) return;
    const session = join(stage.pki.directory, 'early-session');
    const data = join(stage.pki.directory, 'early-data');
    writeFileSync(data, 'GET /early HTTP/1.0\r\n\r\n');
    const { programs } = stage;
    const first = await tunnelStory(gateway, early, () => {
      const wish = {
        gatewayPort: gateway.port,
        port: early.tap.port,
        version: '1.3' as const,
        more: ['-sess_out', session],
      };
      return runOpenssl(programs, { ...wish, leaves: true });
    });
    assert.deepEqual([first.verdict.event, first.verdict['resumed']], [107, false]);
    const second = await tunnelStory(gateway, early, () => {
      const more = ['-sess_in', session, '-early_data', data];
      return runOpenssl(programs, {
        gatewayPort: gateway.port,
        port: early.tap.port,
        version: '1.3',
        more,
        leaves: true,
      });
    });
    assert.deepEqual([second.verdict.event, second.verdict['resumed']], [107, true], JSON.stringify(second.verdict));
    const types = recordTypes(second.origin.arrived());
    assert.deepEqual(types.slice(0, 1), [0x16]);
    assert.ok(
      types.indexOf(0x17) > 0 && types.indexOf(0x17) <= 2,
      `early data right behind the hello: ${types.join()}`,
    );
  });
});

describe('tls.hiddenClientCertificate "reject"', () => {
  it('refuses TLS 1.3 at the ServerHello, and lets TLS 1.2 show its certificate', async () => {
    if (stage === null) return;
    const strict = await stage.gateway({ tls: { hiddenClientCertificate: 'reject' } });
    const hidden = await connectOnce(strict, plain, '1.3');
    assert.equal(hidden.verdict.event, 106, JSON.stringify(hidden.verdict));
    assertOnlyHelloArrived(hidden);
    const { certificateFile, keyFile } = stage.certificates.allowed.ECDSA;
    const shown = await connectOnce(strict, plain, '1.2', ['-cert', certificateFile, '-key', keyFile]);
    assert.equal(shown.verdict.event, 107, JSON.stringify(shown.verdict));
  });
});

describe('tls.clientCertificate "always"', () => {
  it('refuses a server that asks for none', async () => {
    if (stage === null) return;
    const strict = await stage.gateway({ tls: { clientCertificate: 'always' } });
    const story = await connectOnce(strict, old, '1.1');
    assert.deepEqual(
      [story.verdict.event, story.verdict.reason],
      [105, 'client-certificate-not-requested'],
      JSON.stringify(story.verdict),
    );
    assertOnlyHelloArrived(story);
  });
});

describe('the version a server chooses', () => {
  it('is refused below tls.minVersion, although the hello offered more', async () => {
    if (stage === null) return;
    const modern = await stage.gateway({ tls: { minVersion: '1.2' } });
    const story = await connectOnce(modern, old, null);
    assert.equal(story.verdict.event, 106, JSON.stringify(story.verdict));
    assertOnlyHelloArrived(story);
  });

  it('is refused above tls.maxVersion, although the hello offered less too', async () => {
    if (stage === null) return;
    const visible = await stage.gateway({ tls: { maxVersion: '1.2' } });
    const story = await connectOnce(visible, plain, null);
    assert.equal(story.verdict.event, 106, JSON.stringify(story.verdict));
    assertOnlyHelloArrived(story);
  });
});
