import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConfiguredHost } from '../../src/address/host.ts';
import type { Certificate } from '../../src/tls/certificate.ts';
import { readCertificate } from '../../src/tls/certificate.ts';
import { coversHost, namesText } from '../../src/trust/host-names.ts';
import { buildCertificate, derExtension, derName, recordedCertificate, tlv } from '../support/der.ts';

function withNames(...names: readonly (string | Uint8Array)[]): Certificate {
  const entries = names.map((name) => (typeof name === 'string' ? tlv(0x82, Buffer.from(name)) : tlv(0x87, name)));
  const subject = derName([['2.5.4.3', 'cn.example.test']]);
  const read = readCertificate(
    buildCertificate({ subject, extensions: [derExtension('2.5.29.17', tlv(0x30, ...entries))] }),
  );
  assert.ok(read.ok);
  return read.certificate;
}

function covers(certificate: Certificate, text: string): boolean {
  const parsed = parseConfiguredHost(text);
  assert.ok(parsed.ok);
  return coversHost(certificate, parsed.host);
}

describe('coversHost', () => {
  for (const [name, host, expected] of [
    ['a.example.test', 'a.example.test', true],
    ['A.Example.TEST', 'a.example.test', true],
    ['xn--bcher-kva.test', 'bücher.test', true],
    ['*.example.test', 'a.example.test', true],
    ['*.example.test', 'example.test', false],
    ['*.example.test', 'a.b.example.test', false],
    ['*.example.test', 'example.test.evil.test', false],
    ['a*.example.test', 'ab.example.test', false],
    ['*a.example.test', 'ba.example.test', false],
    ['a.*.test', 'a.example.test', false],
    ['*.*.test', 'a.example.test', false],
    ['*', 'test', false],
    ['*.test', 'example.test', false],
    ['example.test', 'a.example.test', false],
    ['a.example.test.', 'a.example.test', false],
    ['10.0.0.7', '10.0.0.7', false],
    ['*.0.0.7', '10.0.0.7', false],
  ] as const) {
    it(`${name} ${expected ? 'covers' : 'does not cover'} ${host}`, () => {
      assert.equal(covers(withNames(name), host), expected);
    });
  }

  it('takes addresses from iPAddress alone, whatever their spelling', () => {
    const certificate = withNames(Uint8Array.of(10, 0, 0, 7), Uint8Array.from([...new Array<number>(15).fill(0), 1]));
    assert.deepEqual([covers(certificate, '10.0.0.7'), covers(certificate, '0:0::1')], [true, true]);
    assert.deepEqual([covers(certificate, '10.0.0.8'), covers(certificate, '::2')], [false, false]);
    const mapped = withNames(Uint8Array.from([...new Array<number>(10).fill(0), 0xff, 0xff, 10, 0, 0, 7]));
    assert.ok(covers(mapped, '10.0.0.7'));
  });

  it('never takes the CN', () => {
    assert.equal(covers(withNames('other.test'), 'cn.example.test'), false);
    assert.equal(covers(withNames(), 'cn.example.test'), false);
  });
});

describe('namesText', () => {
  it('tells a few names and how many more, nothing that could mislead', () => {
    const read = readCertificate(recordedCertificate('server-ecdsa'));
    assert.ok(read.ok);
    assert.equal(namesText(read.certificate), 'origin.test, *.origin.test, 127.0.0.1, ::1');
    assert.equal(namesText(withNames()), 'no name');
    assert.equal(namesText(withNames('a', 'b', 'c', 'd', 'e')), 'a, b, c, d and 1 more');
    assert.equal(namesText(withNames('a\r\n\u001bb')), 'a???b');
  });
});
