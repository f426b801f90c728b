import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ipFromBytes } from '../../src/address/ip.ts';
import type { ParsedProxyHeader } from '../../src/proxy-protocol/header.ts';
import { SIGNATURE_2, readProxyHeader } from '../../src/proxy-protocol/header.ts';
import { VERSION_1_LIMIT } from '../../src/proxy-protocol/version1.ts';
import { VERSION_2_LIMIT } from '../../src/proxy-protocol/version2.ts';
import { ascii, feedEveryWay, joined } from '../support/feed.ts';
import { version2 } from '../support/proxy-header.ts';

/** The verdict that all ways of cutting agree on. */
function verdict(bytes: Uint8Array | string): ParsedProxyHeader {
  const whole = typeof bytes === 'string' ? ascii(bytes) : bytes;
  return feedEveryWay(() => ({ read: readProxyHeader }), whole);
}

function told(bytes: Uint8Array | string): string {
  const read = verdict(bytes);
  if (read.state === 'malformed') return `malformed: ${read.detail}`;
  if (read.state !== 'done') return read.state;
  assert.equal(read.headerBytes, bytes.length);
  return read.source === null ? 'its own' : `${read.source.address.text} ${read.source.port}`;
}

const IPV4 = [10, 1, 2, 3, 192, 0, 2, 1, 0xdc, 0x04, 0x1f, 0x90];
const IPV6 = [...ipv6('2001:db8::7'), ...ipv6('2001:db8::1'), 0xdc, 0x04, 0x1f, 0x90];

describe('a PROXY header, version 1', () => {
  for (const [line, expected] of [
    ['PROXY TCP4 10.1.2.3 192.0.2.1 56324 8080\r\n', '10.1.2.3 56324'],
    ['PROXY TCP4 10.1.2.3 192.0.2.1 0 65535\r\n', '10.1.2.3 0'],
    ['PROXY TCP6 2001:db8::7 2001:db8::1 56324 8080\r\n', '2001:db8::7 56324'],
    ['PROXY TCP6 ::ffff:10.1.2.3 ::1 1 2\r\n', '10.1.2.3 1'],
    ['PROXY UNKNOWN\r\n', 'its own'],
    ['PROXY UNKNOWN ffff:f...f:ffff 65535 65535 and more\r\n', 'its own'],
  ] as const) {
    it(`takes ${JSON.stringify(line)}`, () => {
      assert.equal(told(line), expected);
    });
  }

  for (const [line, detail] of [
    ['PROXY TCP4 10.1.2.3 192.0.2.1 56324 8080\n', /CR LF/],
    ['PROXY TCP4 10.1.2.3\r192.0.2.1 56324 8080\r\n', /CR LF/],
    ['PROXY TCP5 10.1.2.3 192.0.2.1 56324 8080\r\n', /protocol/],
    ['PROXY UNKNOWNS 10.1.2.3 192.0.2.1 56324 8080\r\n', /protocol/],
    ['PROXY tcp4 10.1.2.3 192.0.2.1 56324 8080\r\n', /protocol/],
    ['PROXY TCP4 10.1.2.3 192.0.2.1 56324 8080 \r\n', /five fields/],
    ['PROXY TCP4  10.1.2.3 192.0.2.1 56324 8080\r\n', /five fields/],
    ['PROXY TCP4 10.1.2.3 192.0.2.1 56324\r\n', /five fields/],
    ['PROXY TCP4 2001:db8::7 2001:db8::1 56324 8080\r\n', /address/],
    ['PROXY TCP6 10.1.2.3 192.0.2.1 56324 8080\r\n', /address/],
    ['PROXY TCP4 10.1.2.03 192.0.2.1 56324 8080\r\n', /address/],
    ['PROXY TCP4 10.1.2.3 192.0.2.256 56324 8080\r\n', /address/],
    ['PROXY TCP4 10.1.2.3 192.0.2.1 65536 8080\r\n', /port/],
    ['PROXY TCP4 10.1.2.3 192.0.2.1 01 8080\r\n', /port/],
    ['PROXY TCP4 10.1.2.3 192.0.2.1 +1 8080\r\n', /port/],
    ['PROXY TCP4 10.1.2.3 192.0.2.1 1 \u0000\r\n', /no text/],
    [`PROXY UNKNOWN ${'x'.repeat(VERSION_1_LIMIT)}`, /longer than 107/],
  ] as const) {
    it(`refuses ${JSON.stringify(line)}`, () => {
      assert.match(told(line), detail);
    });
  }

  it('may be 107 bytes long and no longer', () => {
    const fill = (length: number): string => `PROXY UNKNOWN ${'x'.repeat(length - 16)}\r\n`;
    assert.equal(told(fill(107)), 'its own');
    assert.match(told(fill(108)), /longer/);
  });
});

describe('a PROXY header, version 2', () => {
  for (const [title, bytes, expected] of [
    ['TCP over IPv4', version2(0x21, 0x11, IPV4), '10.1.2.3 56324'],
    ['TCP over IPv6', version2(0x21, 0x21, IPV6), '2001:db8::7 56324'],
    ['IPv4 inside IPv6', version2(0x21, 0x21, [...ipv6('::ffff:10.1.2.3'), ...IPV6.slice(16)]), '10.1.2.3 56324'],
    ['TLVs', version2(0x21, 0x11, [...IPV4, 0x03, 0, 4, 1, 2, 3, 4, 0xee, 0xff]), '10.1.2.3 56324'],
    ['LOCAL', version2(0x20, 0x00, []), 'its own'],
    ['LOCAL with addresses', version2(0x20, 0x11, IPV4), 'its own'],
    ['LOCAL with any family', version2(0x20, 0xff, [1]), 'its own'],
    ['an unknown family', version2(0x21, 0x00, [1, 2, 3]), 'its own'],
    ['an unknown protocol', version2(0x21, 0x10, IPV4), 'its own'],
    ['UDP', version2(0x21, 0x12, IPV4), 'its own'],
    ['UNIX', version2(0x21, 0x31, Array<number>(216).fill(0)), 'its own'],
    ['as much as is taken', version2(0x21, 0x11, padded(VERSION_2_LIMIT - 16)), '10.1.2.3 56324'],
  ] as const) {
    it(`takes ${title}`, () => {
      assert.equal(told(bytes), expected);
    });
  }

  for (const [title, bytes, detail] of [
    ['version 1', version2(0x11, 0x11, IPV4), /version or command/],
    ['another command', version2(0x22, 0x11, IPV4), /version or command/],
    ['another family', version2(0x21, 0x41, IPV4), /family/],
    ['another protocol', version2(0x21, 0x13, IPV4), /family/],
    ['a length that is too short', version2(0x21, 0x11, IPV4.slice(0, 11)), /room/],
    ['a length that is too short for IPv6', version2(0x21, 0x21, IPV6.slice(0, 35)), /room/],
    ['a length that is too long', version2(0x21, 0x11, padded(VERSION_2_LIMIT - 15)), /longer than 4096/],
  ] as const) {
    it(`refuses ${title}`, () => {
      assert.match(told(bytes), detail);
    });
  }
});

describe('what is no PROXY header', () => {
  it('is told from one by its first bytes', () => {
    for (const text of ['CONNECT a:443 HTTP/1.1\r\n', 'PROXY\tTCP4', 'PROXYTCP4', '\r\n\r\nGET', '\u0016\u0003\u0001'])
      assert.equal(verdict(text).state, 'none', JSON.stringify(text));
  });

  it('is not known while it could become one', () => {
    for (let length = 0; length < SIGNATURE_2.length; length += 1)
      assert.equal(readProxyHeader(SIGNATURE_2, length).state, 'need-more');
  });

  it('never makes the parser throw, and every verdict is the same however the bytes are cut', () => {
    const begins = fc.constantFrom(ascii('PROXY '), ascii('PROXY TCP4 '), ascii('PROXY TCP6 '), SIGNATURE_2);
    const near = fc.tuple(begins, fc.uint8Array({ maxLength: 60 })).map(([one, other]) => joined(one, other));
    fc.assert(fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 60 })), (bytes) => void verdict(bytes)));
  });

  it('gives back every address that is written into one', () => {
    const bytes = (length: number): fc.Arbitrary<number[]> =>
      fc.array(fc.nat(255), { minLength: length, maxLength: length });
    const port = fc.nat(65_535);
    fc.assert(
      fc.property(
        fc.oneof(bytes(4), bytes(16)),
        port,
        fc.array(fc.nat(255), { maxLength: 40 }),
        (source, from, tlvs) => {
          const { text } = ipFromBytes(source);
          const family = source.length === 4 ? 0x11 : 0x21;
          const body = [...source, ...source, from >> 8, from & 255, 1, 187, ...tlvs];
          assert.equal(told(version2(0x21, family, body)), `${text} ${from}`);
          const protocol = text.includes(':') ? 'TCP6' : 'TCP4';
          assert.equal(told(`PROXY ${protocol} ${text} ${text} ${from} 443\r\n`), `${text} ${from}`);
        },
      ),
    );
  });
});

function ipv6(text: string): number[] {
  const groups = { '2001:db8::7': [0x2001, 0xdb8, 0, 0, 0, 0, 0, 7], '2001:db8::1': [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1] };
  const mapped = [0, 0, 0, 0, 0, 0xffff, 0x0a01, 0x0203];
  const chosen = text in groups ? groups[text as keyof typeof groups] : mapped;
  return chosen.flatMap((group) => [group >> 8, group & 255]);
}

function padded(length: number): number[] {
  return [...IPV4, ...Array<number>(length - IPV4.length).fill(0)];
}
