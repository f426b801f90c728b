import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Host } from '../../src/address/host.ts';
import { parseConfiguredHost, parseHost, sameHost } from '../../src/address/host.ts';

function read(text: string): Host {
  const parsed = parseHost(text);
  if (!parsed.ok) assert.fail(`${JSON.stringify(text)}: ${parsed.detail}`);
  return parsed.host;
}

function assertRefused(texts: readonly string[]): void {
  for (const text of texts) {
    const parsed = parseHost(text);
    assert.equal(parsed.ok, false, `${JSON.stringify(text)} was taken`);
    if (!parsed.ok) assert.notEqual(parsed.detail, '');
  }
}

/** The text of a canonical host as it stands in front of ":port". */
function written(host: Host): string {
  return host.kind === 'ip' && host.address.family === 6 ? `[${host.text}]` : host.text;
}

describe('parseHost', () => {
  it('reads each spelling of a name into one', () => {
    const cases: Record<string, string> = {
      'www.test.com': 'www.test.com',
      'WWW.Test.COM.': 'www.test.com',
      localhost: 'localhost',
      _dmarc: '_dmarc',
      'a_b.c--d.e': 'a_b.c--d.e',
      'bücher.de': 'xn--bcher-kva.de',
      'BÜCHER.DE.': 'xn--bcher-kva.de',
      'XN--BCHER-KVA.de': 'xn--bcher-kva.de',
      'faß.de': 'xn--fa-hia.de', // non-transitional: not fass.de
      'ｗｗｗ.test。com': 'www.test.com',
      'te\u00adst.com': 'test.com',
      '1.2.3.com': '1.2.3.com',
      '0xg.0xg': '0xg.0xg',
      '4': '0.0.0.4',
    };
    for (const [text, canonical] of Object.entries(cases)) assert.equal(read(text).text, canonical, text);
    assert.equal(read(`${'a'.repeat(63)}.b`).text.length, 65);
    assert.equal(read(`${`${'a'.repeat(49)}.`.repeat(5)}bcd.`).text.length, 253);
  });

  it('reads each spelling of an IPv4 address into its bytes', () => {
    const loopback = [
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '0177.0.0.1',
      '0x7f.1',
      '0X7F.0.0.0x1',
      '2130706433',
      '0x7f000001',
    ];
    loopback.push('017700000001', '127.0.0.1.', '１２７.0.0.1', '127。0。0。1', '127.1.', '0x7F.0.01', '①27.1');
    for (const text of loopback) {
      const host = read(text);
      assert.equal(host.kind, 'ip', text);
      assert.equal(host.text, '127.0.0.1', text);
    }
  });

  it('reads IPv6 in brackets, and mapped IPv4 as IPv4', () => {
    assert.equal(read('[::1]').text, '::1');
    assert.equal(read('[2001:DB8::0:1]').text, '2001:db8::1');
    assert.equal(read('[::ffff:127.0.0.1]').text, '127.0.0.1');
    assert.equal(read('[::ffff:7f00:1]').text, '127.0.0.1');
    assert.ok(sameHost(read('[::ffff:127.0.0.1]'), read('0x7f.1')));
  });

  it('refuses brackets around anything else, zones and IPvFuture', () => {
    assertRefused([
      '[]',
      '[a]',
      '[127.0.0.1]',
      '[::1',
      '::1]',
      '[::1]a',
      '[::1].',
      '[[::1]]',
      '[::1%eth0]',
      '[::1%25eth0]',
    ]);
    assertRefused(['[v1.a:b]', '[::ffff:127.1]', '[::g]', 'a[::1]', '[::1][::2]', '::1', '::ffff:1.2.3.4', 'a:b']);
  });

  it('refuses a numeric last label that makes no IPv4 address', () => {
    assertRefused([
      '1.2.3.4.5',
      '256.1.1.1',
      '1.2.3.256',
      '09.1',
      'a.1',
      '1.2.3.08',
      '4294967296',
      'foo.0x1',
      'a.１',
      '1..1',
    ]);
    assertRefused(['1.2.3.4..', '0xffffffffff', '1.2.65536', 'foo.0x', 'bü.1']);
  });

  it('refuses empty hosts and labels, and those too long', () => {
    assertRefused(['', '.', '..', '.a', 'a..b', 'a..', 'a。.', 'a.。', '\u00ad', 'a.\u00ad.b']);
    assertRefused([
      `${'a'.repeat(64)}.b`,
      `${'a.'.repeat(126)}ab`,
      'ü'.repeat(64),
      'a'.repeat(100_000),
      'ü'.repeat(5_000),
    ]);
  });

  it('refuses characters that no name has', () => {
    for (const character of ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~\0\t\r\n\x7f\x80\u00a0\u3000\u2028\ufffd\ud800／：＠％') {
      assertRefused([`a${character}b`, `${character}a`, `a${character}`, `bü${character}a`]);
    }
    assertRefused([
      '-a.b',
      'a-.b',
      'a.-b',
      '-',
      'a%2eb',
      'xn--',
      'xn--a',
      'xn--ü',
      'ü.-a',
      '*.test.com',
      '℀.com',
      '⒈com',
    ]);
  });

  it('never throws, and reads what it has read as the same host', () => {
    const parts = fc.constantFrom(
      'a',
      'Z',
      '0',
      '9',
      '0x',
      '.',
      '。',
      '-',
      '_',
      'xn--',
      'ß',
      'ü',
      '１',
      '[',
      ']',
      ':',
      '%',
      '\0',
    );
    const text = fc.oneof(
      fc.domain(),
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(parts, { maxLength: 12 }).map((some) => some.join('')),
      fc.ipV6().map((address) => `[${address}]`),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const parsed = parseHost(candidate);
        if (!parsed.ok) return;
        assert.deepEqual(read(written(parsed.host)), parsed.host);
        assert.ok(parsed.host.text.length <= 253);
        assert.match(parsed.host.text, parsed.host.kind === 'name' ? /^[a-z0-9_.-]+$/ : /^[0-9a-f.:]+$/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('A-labels', () => {
  it('are taken when they decode and refused when they do not, on every runtime', () => {
    for (const text of ['xn--fa-hia.de', 'xn--ls8h.la', 'a.xn--p1ai', 'XN--BCHER-KVA.de.']) {
      assert.equal(read(text).text, text.toLowerCase().replace(/\.$/, ''));
    }
    assertRefused(['xn--', 'xn--a', 'xn--a.de', 'xn--0', 'xn--zzzzzz.de', 'a.xn--a-ecp.ru', 'xn--1-.com', 'xn--abc']);
  });
});

describe('parseConfiguredHost', () => {
  it('takes IPv6 without brackets as well', () => {
    for (const text of ['::1', '[::1]']) {
      const parsed = parseConfiguredHost(text);
      assert.equal(parsed.ok && parsed.host.text, '::1');
    }
    const name = parseConfiguredHost('Test.com.');
    assert.equal(name.ok && name.host.text, 'test.com');
    for (const text of ['', '::1%eth0', 'a:443', '::1]']) assert.equal(parseConfiguredHost(text).ok, false, text);
  });
});
