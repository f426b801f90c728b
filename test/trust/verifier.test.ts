import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Host } from '../../src/address/host.ts';
import { ServerCertificateVerifier } from '../../src/trust/verifier.ts';
import type { Issued } from '../support/pki.ts';
import { AUTHORITY, Pki, serverFor } from '../support/pki.ts';

const HOST: Host = { kind: 'name', text: 'origin.test' };
const DAY_MS = 86_400_000;

let pki: Pki | null = null;
let root: Issued;
let server: Issued;
const open: ServerCertificateVerifier[] = [];

before((context) => {
  pki = Pki.open(context as never);
  if (pki === null) return;
  root = pki.issue({ subject: '/CN=Root', extensions: AUTHORITY });
  server = pki.issue({ subject: '/CN=s', extensions: serverFor('DNS:origin.test'), issuer: root });
});
after(async () => {
  await Promise.all(open.map((each) => each.close()));
  pki?.close();
});

function verifier(trustedCertificates: string, now?: () => number): ServerCertificateVerifier {
  const made = new ServerCertificateVerifier(
    now === undefined ? { trustedCertificates } : { trustedCertificates, now },
  );
  open.push(made);
  return made;
}

describe('ServerCertificateVerifier', () => {
  it('answers from its thread, and keeps the loop free meanwhile', async () => {
    const each = verifier(root.certificateFile);
    const pending = each.verify([server.der], HOST);
    let turns = 0;
    const count = setInterval(() => (turns += 1), 1);
    assert.deepEqual(await pending, { ok: true });
    clearInterval(count);
    assert.ok(turns > 3, `${turns} turns of the loop`);
  });

  it('asks once for one chain and host, also while the first question is open', async () => {
    const each = verifier(root.certificateFile);
    const [one, other] = [each.verify([server.der], HOST), each.verify([server.der.slice()], HOST)];
    assert.equal(one, other);
    await one;
    assert.equal(each.verify([server.der], HOST), one);
    const elsewhere = each.verify([server.der], { kind: 'name', text: 'other.test' });
    assert.notEqual(elsewhere, one);
    assert.equal((await elsewhere).ok, false);
    assert.notEqual(each.verify([server.der, root.der], HOST), one, 'another chain may be valid where this one is not');
    assert.equal(each.remembered, 3);
  });

  it('keeps a good answer for minutes and a bad one for seconds', async () => {
    let nowMs = Date.now();
    const each = verifier(root.certificateFile, () => nowMs);
    const good = each.verify([server.der], HOST);
    const bad = each.verify([root.der], HOST);
    assert.deepEqual([(await good).ok, (await bad).ok], [true, false]);
    nowMs += 60_000;
    assert.equal(each.verify([server.der], HOST), good);
    assert.notEqual(each.verify([root.der], HOST), bad);
    nowMs += 31 * DAY_MS;
    const late = await each.verify([server.der], HOST);
    assert.match(late.ok ? '' : late.detail, /expired/);
  });

  it('keeps a bounded number of answers, the newest', async () => {
    const each = verifier(root.certificateFile);
    // Without a certificate the thread has nothing to check, but the answer is remembered like any other.
    const names = Array.from({ length: 1_100 }, (_, index): Host => ({ kind: 'name', text: `h${index}.test` }));
    for (let at = 0; at < names.length; at += 100) {
      await Promise.all(names.slice(at, at + 100).map((host) => each.verify([], host)));
    }
    assert.equal(each.remembered, 1_000);
  });

  it('says no when it is asked more than it can answer', async () => {
    const each = verifier(root.certificateFile);
    const asked = Array.from({ length: 400 }, (_, index) => each.verify([], { kind: 'name', text: `h${index}.test` }));
    const details = (await Promise.all(asked)).map((answer) => (answer.ok ? 'ok' : answer.detail));
    assert.ok(details.some((detail) => detail.startsWith('it could not be verified')));
    assert.ok(details.includes('it is missing'));
  });

  it('says no when the authorities cannot be read', async () => {
    const answer = await verifier('/nonexistent/trusted.pem').verify([server.der], HOST);
    assert.match(answer.ok ? '' : answer.detail, /^it could not be verified: .*trusted\.pem/);
  });
});
