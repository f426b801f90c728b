import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ipFromBytes, isLoopback, parseCidr, parseIp, rangeContains } from '../../src/address/ip.ts';

/** IPv6 text as RFC 5952 wants it, by the other implementation at hand: the URL class. */
function textByUrl(text: string): string {
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

describe('isLoopback', () => {
  it('is true of all of 127/8 and of ::1, in each spelling, and of nothing else', () => {
    const loopback = (text: string): boolean => {
      const ip = parseIp(text);
      assert.ok(ip !== null, text);
      return isLoopback(ip);
    };
    for (const text of ['127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1']) assert.ok(loopback(text), text);
    for (const text of ['126.0.0.1', '128.0.0.1', '0.0.0.0', '::', '::2', '7f00::1']) assert.ok(!loopback(text), text);
  });
});

describe('parseIp', () => {
  it('reads dotted decimal and IPv6 text into canonical text', () => {
    const cases = [
      ['127.0.0.1', '127.0.0.1'],
      ['255.255.255.255', '255.255.255.255'],
      ['::', '::'],
      ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
      ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
      ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
      ['0001::000a', '1::a'],
      ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
      ['::1.2.3.4', '::102:304'],
    ];
    for (const [text = '', canonical] of cases) assert.equal(parseIp(text)?.text, canonical, text);
  });

  it('makes IPv4 of IPv4-mapped IPv6 in each spelling', () => {
    for (const text of ['::ffff:1.2.3.4', '::FFFF:102:304', '0:0:0:0:0:ffff:1.2.3.4']) {
      const ip = parseIp(text);
      assert.deepEqual([ip?.family, ip?.text, ip?.bytes], [4, '1.2.3.4', Uint8Array.of(1, 2, 3, 4)]);
    }
  });

  it('refuses every other form', () => {
    const bad = ['', ' ', '1', '127.1', '0x7f.0.0.1', '0177.0.0.1', '01.2.3.4', '1.2.3.4.', '1.2.3.256', '1.2.3.4.5'];
    bad.push('1.2.3.4 ', ' 1.2.3.4', '1.2.3.4\n', '+1.2.3.4', '1..2.3', '1.2.3.a', '2130706433', '１.2.3.4');
    bad.push(':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '::1:2:3:4:5:6:7:8');
    bad.push(
      '00001::',
      '::00001',
      '12345::',
      '::g',
      '::1%eth0',
      '[::1]',
      '::1/128',
      '::1 ',
      '1:2:3:4:5:6:7:',
      ':1:2:3:4:5:6:7',
    );
    bad.push('::1.2.3', '::1.2.3.04', '::1.2.3.256', '::ffff:0x1.2.3.4', '1.2.3.4::', '::1.2.3.4:5', '::ffff:127.1');
    for (const text of bad) assert.equal(parseIp(text), null, JSON.stringify(text));
  });

  it('agrees with the runtime on which text is an address, and reads its own text back', () => {
    const characters = fc.constantFrom('0', '1', '9', 'a', 'F', ':', '::', '.', 'ffff', '255', 'x', '%', ' ');
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(characters, { maxLength: 20 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const ip = parseIp(candidate);
        const zone = candidate.includes('%');
        assert.equal(ip !== null, isIP(candidate) !== 0 && !zone, candidate);
        if (ip === null) return;
        assert.deepEqual(parseIp(ip.text), ip);
        if (ip.family === 6) assert.equal(ip.text, textByUrl(candidate));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('ipFromBytes', () => {
  it('copies the bytes and makes IPv4 of mapped ones', () => {
    const bytes = Uint8Array.of(10, 0, 0, 1);
    const ip = ipFromBytes(bytes);
    bytes[0] = 11;
    assert.deepEqual([ip.text, ip.bytes[0]], ['10.0.0.1', 10]);
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1);
    assert.deepEqual(ipFromBytes(mapped), ip);
  });
});

describe('parseCidr', () => {
  const inside: readonly (readonly [string, string, boolean])[] = [
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['192.168.1.128/25', '192.168.1.127', false],
    ['192.168.1.128/25', '192.168.1.200', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '1.2.3.4', false],
    ['::/0', 'ff02::1', true],
    ['fe80::/10', 'febf::1', true],
    ['fe80::/10', 'fec0::1', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['::1', '::1', true],
    ['::1', '::2', false],
    ['::ffff:10.0.0.0/104', '10.1.1.1', true],
    ['::ffff:10.0.0.0/104', '11.1.1.1', false],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
    ['::ffff:0:0/96', '198.51.100.1', true],
  ];
  for (const [range, address, expected] of inside) {
    it(`${range} ${expected ? 'holds' : 'does not hold'} ${address}`, () => {
      const parsed = parseCidr(range);
      const ip = parseIp(address);
      assert.ok(parsed !== null && ip !== null);
      assert.equal(rangeContains(parsed, ip), expected);
    });
  }

  it('refuses what is not an address and a prefix length', () => {
    const bad = ['', '/', '/8', '10.0.0.0/', '10.0.0.0/33', '::/129', '10.0.0.0/08', '10.0.0.0/+8', '10.0.0.0/8/8'];
    bad.push('10.0.0.0/-1', '10.0.0.0/8 ', '10/8', '10.0.0.0/255.0.0.0', '10.0.0.0/1e1', 'a/8', '::1%lo/128');
    for (const text of bad) assert.equal(parseCidr(text), null, text);
  });

  it('holds an address exactly when the leading bits are equal', () => {
    const address = fc.uint8Array({ minLength: 4, maxLength: 4 });
    const bits = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 32 }), (one, other, prefix) => {
        const range = parseCidr(`${one.join('.')}/${prefix}`);
        assert.ok(range !== null);
        const expected = bits(one).slice(0, prefix) === bits(other).slice(0, prefix);
        assert.equal(rangeContains(range, ipFromBytes(other)), expected);
      }),
    );
  });
});
