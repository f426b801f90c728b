import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { rootCertificates } from 'node:tls';
import type { Host } from '../../src/address/host.ts';
import { parseConfiguredHost } from '../../src/address/host.ts';
import type { Anchors } from '../../src/trust/anchors.ts';
import { loadAnchors } from '../../src/trust/anchors.ts';
import type { Verification } from '../../src/trust/chain.ts';
import { verifyChain } from '../../src/trust/chain.ts';
import { buildCertificate } from '../support/der.ts';
import type { Issued, Wish } from '../support/pki.ts';
import { AUTHORITY, Pki, serverFor } from '../support/pki.ts';

const DAY_MS = 86_400_000;
const HOST = 'origin.test';

let pki: Pki | null = null;
let root: Issued;
let middle: Issued;
let server: Issued;

before((context) => {
  pki = Pki.open(context as never);
  if (pki === null) return;
  root = pki.issue({ subject: '/O=Test/CN=Root', extensions: AUTHORITY });
  middle = pki.issue({ subject: '/O=Test/CN=Middle', extensions: AUTHORITY, issuer: root });
  server = pki.issue({ subject: `/CN=${HOST}`, extensions: serverFor(`DNS:${HOST}`), issuer: middle });
});
after(() => pki?.close());

function make(wish: Wish): Issued {
  assert.ok(pki !== null);
  return pki.issue(wish);
}

function host(text: string): Host {
  const parsed = parseConfiguredHost(text);
  assert.ok(parsed.ok);
  return parsed.host;
}

interface Case {
  readonly chain: readonly Issued[];
  readonly trusted?: Issued;
  readonly host?: string;
  readonly nowMs?: number;
}

function verify({ chain, trusted = root, host: name = HOST, nowMs = Date.now() }: Case): Verification {
  const anchors: Anchors = loadAnchors(trusted.certificateFile);
  return verifyChain(
    chain.map(({ der }) => der),
    host(name),
    anchors,
    nowMs,
  );
}

function refusal(each: Case): string {
  const verification = verify(each);
  assert.ok(!verification.ok, 'the chain was accepted');
  return verification.detail;
}

/** A server's certificate below an authority with these extensions, itself below the root. */
function below(extensions: readonly string[], wish: Partial<Wish> = {}): Issued[] {
  const authority = make({ subject: '/O=Test/CN=Between', extensions, issuer: root });
  const leaf = make({ subject: `/CN=${HOST}`, extensions: serverFor(`DNS:${HOST}`), issuer: authority, ...wish });
  return [leaf, authority];
}

describe('verifyChain', () => {
  it('accepts a chain to a trusted authority, in any order, with others in it, with or without the root', () => {
    const stranger = make({ subject: '/CN=Stranger', extensions: AUTHORITY });
    for (const chain of [
      [server, middle],
      [server, middle, root],
      [server, stranger, root, middle, middle],
    ]) {
      assert.deepEqual(verify({ chain }), { ok: true });
    }
  });

  it('accepts an authority that is trusted itself without its root, and a trusted server that signed itself', () => {
    assert.deepEqual(verify({ chain: [server], trusted: middle }), { ok: true });
    const own = make({ subject: '/CN=x', extensions: [`subjectAltName=DNS:${HOST}`] });
    assert.deepEqual(verify({ chain: [own], trusted: own }), { ok: true });
    assert.equal(refusal({ chain: [own] }), 'it is signed by itself and not trusted');
  });

  it('shows a middlebox: who issued its certificate, and for whom', () => {
    const box = make({ subject: '/O=Interceptor/CN=Inspection CA', extensions: AUTHORITY });
    const forged = make({ subject: `/CN=${HOST}`, extensions: serverFor(`DNS:${HOST}`), issuer: box });
    assert.deepEqual(verify({ chain: [forged, box] }), {
      ok: false,
      detail: 'no trusted authority stands behind it',
      issuer: 'CN=Inspection CA,O=Interceptor',
      subject: `CN=${HOST}`,
    });
  });

  it('refuses an authority that only has the name of a trusted one', () => {
    const twin = make({ subject: '/O=Test/CN=Root', extensions: AUTHORITY });
    const forged = make({ subject: `/CN=${HOST}`, extensions: serverFor(`DNS:${HOST}`), issuer: twin });
    assert.equal(refusal({ chain: [forged, twin] }), 'no trusted authority stands behind it');
  });

  it('refuses a missing intermediate, an empty chain and what is no certificate', () => {
    assert.equal(refusal({ chain: [server] }), 'no trusted authority stands behind it');
    assert.equal(refusal({ chain: [] }), 'it is missing');
    const anchors = loadAnchors(root.certificateFile);
    const broken = verifyChain([server.der.subarray(1)], host(HOST), anchors, Date.now());
    assert.match(broken.ok ? '' : broken.detail, /^it cannot be parsed: /);
    const unsigned = verifyChain([buildCertificate()], host(HOST), anchors, Date.now());
    assert.equal(unsigned.ok, false);
  });

  it('refuses another host, a CN without alternative name included', () => {
    assert.equal(refusal({ chain: [server, middle], host: 'other.test' }), `it is for ${HOST}, not for other.test`);
    const nameless = make({ subject: `/CN=${HOST}`, issuer: middle });
    assert.equal(refusal({ chain: [nameless, middle] }), `it is for no name, not for ${HOST}`);
  });

  it('refuses before and after the time of any certificate on the way', () => {
    assert.match(refusal({ chain: [server, middle], nowMs: Date.now() - DAY_MS }), /^it is not valid before 20/);
    assert.match(refusal({ chain: [server, middle], nowMs: Date.now() + 31 * DAY_MS }), /^it expired on 20/);
    const old = make({ subject: '/CN=Short', extensions: AUTHORITY, issuer: root, more: ['-days', '1'] });
    const leaf = make({ subject: '/CN=l', extensions: serverFor(`DNS:${HOST}`), issuer: old });
    assert.match(
      refusal({ chain: [leaf, old], nowMs: Date.now() + 2 * DAY_MS }),
      /^the authority CN=Short expired on 20/,
    );
  });

  it('refuses an issuer that is no authority, or may not sign', () => {
    assert.equal(
      refusal({ chain: below(['basicConstraints=CA:FALSE']) }),
      'the authority CN=Between,O=Test is no authority (basicConstraints)',
    );
    assert.equal(refusal({ chain: below([]) }), 'the authority CN=Between,O=Test is no authority (basicConstraints)');
    const chain = below(['basicConstraints=CA:TRUE', 'keyUsage=digitalSignature']);
    assert.match(refusal({ chain }), /no trusted authority|may not sign certificates/);
  });

  it('refuses a path that is longer than an authority allows', () => {
    const short = make({
      subject: '/CN=Short',
      extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0'],
      issuer: root,
    });
    const under = make({ subject: '/CN=Under', extensions: AUTHORITY, issuer: short });
    const direct = make({ subject: '/CN=d', extensions: serverFor(`DNS:${HOST}`), issuer: short });
    const leaf = make({ subject: '/CN=l', extensions: serverFor(`DNS:${HOST}`), issuer: under });
    assert.deepEqual(verify({ chain: [direct, short] }), { ok: true });
    assert.equal(refusal({ chain: [leaf, under, short] }), 'the authority CN=Short allows only 0 authorities below it');
  });

  it('refuses weak signatures and keys', () => {
    const sha1 = make({ subject: '/CN=l', extensions: serverFor(`DNS:${HOST}`), issuer: middle, digest: 'sha1' });
    assert.equal(refusal({ chain: [sha1, middle] }), 'it is signed with SHA-1 with ECDSA');
    const small = make({ subject: '/CN=l', extensions: serverFor(`DNS:${HOST}`), issuer: middle, key: ['rsa:1024'] });
    assert.equal(refusal({ chain: [small, middle] }), 'it has a weak key (RSA of 1024 bits)');
  });

  it('accepts RSA, RSA-PSS with SHA-2, ECDSA and Ed25519', () => {
    const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest'];
    for (const [key, more] of [
      [['rsa:2048'], []],
      [['rsa:2048'], pss],
      [['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], []],
      [['ed25519'], []],
    ] as const) {
      const authority = make({ subject: '/CN=A', extensions: AUTHORITY, key });
      const leaf = make({ subject: '/CN=l', extensions: serverFor(`DNS:${HOST}`), issuer: authority, key, more });
      assert.deepEqual(verify({ chain: [leaf], trusted: authority }), { ok: true }, key.join());
    }
  });

  it('refuses a certificate for another use, and critical extensions nobody knows', () => {
    const names = `subjectAltName=DNS:${HOST}`;
    const client = make({ subject: '/CN=l', extensions: [names, 'extendedKeyUsage=clientAuth'], issuer: middle });
    assert.equal(refusal({ chain: [client, middle] }), 'it may not be used for TLS servers (extendedKeyUsage)');
    const signer = make({ subject: '/CN=l', extensions: [names, 'keyUsage=cRLSign'], issuer: middle });
    assert.equal(refusal({ chain: [signer, middle] }), 'it may not be used for TLS (keyUsage)');
    const odd = make({ subject: '/CN=l', extensions: [names, '1.2.3.4=critical,DER:0500'], issuer: middle });
    assert.equal(refusal({ chain: [odd, middle] }), 'it has a critical extension (2a0304) that is not understood');
    const uses = below([...AUTHORITY, 'extendedKeyUsage=clientAuth']);
    assert.match(refusal({ chain: uses }), /CN=Between,O=Test may not be used for TLS servers/);
  });

  it('holds authorities to their name constraints', () => {
    for (const [constraint, accepted] of [
      ['permitted;DNS:origin.test', true],
      ['permitted;DNS:.test', true],
      ['permitted;DNS:gin.test', false],
      ['excluded;DNS:test', false],
      ['excluded;DNS:other.test', true],
      ['permitted;IP:10.0.0.0/255.0.0.0', true],
    ] as const) {
      const chain = below([...AUTHORITY, `nameConstraints=critical,${constraint}`]);
      assert.equal(verify({ chain }).ok, accepted, constraint);
    }
    const byAddress = below([...AUTHORITY, 'nameConstraints=critical,permitted;IP:10.0.0.0/255.0.0.0'], {
      extensions: serverFor('IP:11.0.0.1'),
    });
    assert.match(refusal({ chain: byAddress, host: '11.0.0.1' }), /may not speak for these names/);
  });

  it('ends soon with a chain that was made to be searched for long', () => {
    // Sixteen authorities of one name and one key certify each other: every order of them is a way.
    const loop = make({ subject: '/CN=Loop', extensions: AUTHORITY });
    const twins = Array.from({ length: 15 }, () => {
      return make({ subject: '/CN=Loop', extensions: AUTHORITY, issuer: loop, more: ['-key', loop.keyFile] });
    });
    const leaf = make({ subject: '/CN=l', extensions: serverFor(`DNS:${HOST}`), issuer: loop });
    const startedMs = performance.now();
    assert.equal(refusal({ chain: [leaf, ...twins] }), 'no trusted authority stands behind it');
    assert.ok(performance.now() - startedMs < 1_000);
  });
});

describe('the authorities of the system', () => {
  it('are those of Node.js at least, each under its subject', () => {
    const anchors = loadAnchors('');
    const count = [...anchors.values()].reduce((sum, each) => sum + each.length, 0);
    assert.ok(count >= rootCertificates.length, `${count}`);
    assert.match(
      refusal({ chain: [server, middle], trusted: { ...root, certificateFile: '' } }),
      /no trusted authority/,
    );
  });
});
