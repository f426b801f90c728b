import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { rootCertificates } from 'node:tls';
import { loadAnchors, pemCertificates } from '../../src/trust/anchors.ts';

const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-anchors-'));
after(() => {
  rmSync(directory, { recursive: true, force: true });
});

const [ONE = '', OTHER = ''] = rootCertificates;

function file(text: string): string {
  const path = join(directory, 'trusted.pem');
  writeFileSync(path, text);
  return path;
}

describe('loadAnchors', () => {
  it('reads every certificate of a file once, with whatever stands between them', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
    const anchors = loadAnchors(file(`# authorities\r\n${ONE}\n${key}${OTHER.replaceAll('\n', '\r\n')}\n${ONE}`));
    assert.deepEqual(
      [...anchors.values()].map(({ length }) => length),
      [1, 1],
    );
  });

  it('says what is wrong with a file that was named', () => {
    assert.throws(() => loadAnchors(join(directory, 'none.pem')), /ENOENT/);
    assert.throws(() => loadAnchors(file('')), /trusted\.pem holds no certificate in PEM form/);
    const broken = ONE.slice(0, 200) + ONE.slice(300);
    assert.throws(() => loadAnchors(file(`${OTHER}\n${broken}`)), /certificate 2 in .*trusted\.pem cannot be read: /);
  });
});

describe('pemCertificates', () => {
  it('finds nothing in texts without a whole block', () => {
    assert.deepEqual(pemCertificates('-----BEGIN CERTIFICATE-----\nAAAA'), []);
    assert.deepEqual(pemCertificates(''), []);
    assert.equal(pemCertificates(ONE).length, 1);
  });
});
