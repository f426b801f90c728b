import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseHost } from '../../src/address/host.ts';
import type { IpAddress } from '../../src/address/ip.ts';
import { ipFromBytes, parseIp } from '../../src/address/ip.ts';
import type { OwnAddress } from '../../src/policy/address-guard.ts';
import { compileGuard, judgeAddress } from '../../src/policy/address-guard.ts';

interface Settings {
  allow?: string[];
  deny?: string[];
  denyPrivate?: boolean;
}

const OWN = [{ address: '192.168.0.5', port: 8080 }];

function judge(ip: IpAddress, settings: Settings = {}, port = 443, own: readonly OwnAddress[] = OWN): string {
  const guard = compileGuard({ allow: [], deny: [], denyPrivate: false, ...settings }, own);
  const verdict = judgeAddress(guard, ip, port);
  return verdict.allow ? 'allow' : String(verdict.fields['class']);
}

function ip(text: string): IpAddress {
  const address = parseIp(text);
  assert.ok(address !== null, text);
  return address;
}

describe('built-in classes', () => {
  for (const [inside, name, outside] of [
    [['127.0.0.0', '127.255.255.255', '::1'], 'loopback', ['126.255.255.255', '128.0.0.0']],
    [['169.254.0.0', '169.254.169.254', 'fe80::', 'febf:ffff::1'], 'link-local', ['169.253.255.255', '169.255.0.0']],
    [['224.0.0.0', '239.255.255.255', 'ff00::', 'ff02::1'], 'multicast', ['223.255.255.255', '240.0.0.0']],
    [['0.0.0.0', '0.255.255.255', '::'], 'unspecified', ['1.0.0.0']],
    [['255.255.255.255'], 'broadcast', ['255.255.255.254']],
  ] as const) {
    it(`${name}: ${inside.join(', ')}, but not ${outside.join(', ')}`, () => {
      for (const text of inside) assert.equal(judge(ip(text)), name, text);
      for (const text of outside) assert.equal(judge(ip(text)), 'allow', text);
    });
  }

  it('private addresses are reachable, and refused with denyPrivate', () => {
    for (const text of [
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '100.64.0.1',
      'fd00::1',
      'fec0::1',
    ]) {
      assert.equal(judge(ip(text)), 'allow', text);
      assert.equal(judge(ip(text), { denyPrivate: true }), 'private', text);
    }
    for (const text of ['172.32.0.0', '172.15.255.255', '100.128.0.0', '2001:db8::1']) {
      assert.equal(judge(ip(text), { denyPrivate: true }), 'allow', text);
    }
  });

  it('a refusal names the address, its class and the cause', () => {
    const verdict = judgeAddress(
      compileGuard({ allow: [], deny: [], denyPrivate: false }, []),
      ip('64:ff9b::7f00:1'),
      1,
    );
    assert.deepEqual(verdict, {
      allow: false,
      reason: 'address-not-allowed',
      fields: {
        address: '64:ff9b::7f00:1',
        class: 'embedded',
        detail: '64:ff9b::7f00:1: it leads to 127.0.0.1: it is a loopback address',
      },
    });
  });
});

/** An IPv4 address in each IPv6 range that carries one. */
function carriers(v4: Uint8Array): IpAddress[] {
  const [a = 0, b = 0, c = 0, d = 0] = v4;
  return [
    ipFromBytes([0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]),
    ipFromBytes([0x20, 0x02, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    ipFromBytes([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, a, b, c, d]),
    ipFromBytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]),
  ];
}

const v4Address = fc
  .tuple(
    fc.constantFrom(0, 10, 127, 169, 192, 224, 255, 8),
    fc.constantFrom(0, 254, 168, 255),
    fc.nat(255),
    fc.nat(255),
  )
  .map((bytes) => ipFromBytes(bytes));

describe('spellings', () => {
  it('of one IPv4 address are all judged alike', () => {
    fc.assert(
      fc.property(v4Address, fc.boolean(), (address, denyPrivate) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.bytes;
        const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
        const group = (high: number, low: number): string => ((high << 8) | low).toString(16);
        for (const text of [
          String(number),
          `0x${number.toString(16)}`,
          `0${a.toString(8)}.0${b.toString(8)}.0${c.toString(8)}.0${d.toString(8)}`,
          `${a}.${(b << 16) | (c << 8) | d}`,
          `${a}.${b}.${(c << 8) | d}.`,
          `[::ffff:${address.text}]`,
          `[::ffff:${group(a, b)}:${group(c, d)}]`,
        ]) {
          const parsed = parseHost(text);
          assert.ok(parsed.ok && parsed.host.kind === 'ip', text);
          assert.equal(judge(parsed.host.address, { denyPrivate }), judge(address, { denyPrivate }), text);
        }
      }),
    );
  });

  it('inside IPv6 are refused exactly when the IPv4 address is', () => {
    fc.assert(
      fc.property(v4Address, fc.boolean(), (address, denyPrivate) => {
        const refused = judge(address, { denyPrivate }) !== 'allow';
        for (const carrier of carriers(address.bytes)) {
          assert.equal(judge(carrier, { denyPrivate }) !== 'allow', refused, carrier.text);
        }
      }),
    );
  });
});

describe('addressGuard.allow and deny', () => {
  it('allow lifts the built-in classes and denyPrivate', () => {
    assert.equal(judge(ip('127.0.0.1'), { allow: ['127.0.0.0/8'] }), 'allow');
    assert.equal(judge(ip('10.0.0.1'), { denyPrivate: true, allow: ['10.0.0.0/24'] }), 'allow');
    assert.equal(judge(ip('10.0.1.1'), { denyPrivate: true, allow: ['10.0.0.0/24'] }), 'private');
  });

  it('deny is stronger than allow', () => {
    assert.equal(judge(ip('10.0.0.1'), { deny: ['10.0.0.0/8'], allow: ['10.0.0.1'] }), 'denied');
  });

  it('deny of an IPv4 address holds for IPv6 that leads there, even where allow lists that', () => {
    const allow = ['64:ff9b::/96', '2002::/16', '::/64'];
    for (const carrier of carriers(Uint8Array.of(9, 9, 9, 9))) {
      assert.equal(judge(carrier, { deny: ['9.9.9.9'], allow }), 'embedded', carrier.text);
      assert.equal(judge(carrier, { allow }), 'allow', carrier.text);
    }
  });
});

describe("the gateway's own sockets", () => {
  const everything = { allow: ['0.0.0.0/0', '::/0'] };

  it('are never dialed, whatever is allowed, and only they', () => {
    assert.equal(judge(ip('192.168.0.5'), everything, 8080), 'own');
    assert.equal(judge(ip('::ffff:192.168.0.5'), everything, 8080), 'own');
    for (const carrier of carriers(Uint8Array.of(192, 168, 0, 5))) {
      assert.equal(judge(carrier, everything, 8080), 'embedded', carrier.text);
    }
    assert.equal(judge(ip('192.168.0.5'), {}, 443), 'allow');
    assert.equal(judge(ip('192.168.0.6'), {}, 8080), 'allow');
  });

  it('on a wildcard address include every loopback and unspecified address', () => {
    for (const wildcard of ['::', '0.0.0.0']) {
      const own = [{ address: wildcard, port: 8080 }, ...OWN];
      for (const text of ['127.0.0.1', '127.9.9.9', '0.0.0.0', '::1', '::']) {
        assert.equal(judge(ip(text), everything, 8080, own), 'own', text);
        assert.equal(judge(ip(text), everything, 8081, own), 'allow', text);
      }
      assert.equal(judge(ip('10.0.0.1'), {}, 8080, own), 'allow');
    }
  });

  it('on one loopback address leave the others to allow', () => {
    const own = [{ address: '127.0.0.1', port: 8080 }];
    assert.equal(judge(ip('127.0.0.1'), everything, 8080, own), 'own');
    assert.equal(judge(ip('127.0.0.2'), everything, 8080, own), 'allow');
  });
});
