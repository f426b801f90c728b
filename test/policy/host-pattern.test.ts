import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Host } from '../../src/address/host.ts';
import { parseConfiguredHost } from '../../src/address/host.ts';
import { HostMatcher, parseHostPattern } from '../../src/policy/host-pattern.ts';

function host(text: string): Host {
  const parsed = parseConfiguredHost(text);
  assert.ok(parsed.ok, text);
  return parsed.host;
}

function matcher(...entries: readonly string[]): HostMatcher {
  const hosts = new HostMatcher();
  for (const entry of entries) {
    const parsed = parseHostPattern(entry);
    assert.ok(parsed.ok, entry);
    hosts.add(parsed.pattern, 'list', entry);
  }
  return hosts;
}

describe('an entry', () => {
  for (const [entry, said] of [
    ['', /is empty/],
    ['*', /every host/],
    ['*.', /is empty/],
    ['*.com', /at least two labels/],
    ['a.*.com', /wildcard that is not the whole first label/],
    ['a*.b.com', /wildcard that is not the whole first label/],
    ['*a.b.com', /wildcard that is not the whole first label/],
    ['*.*.x.com', /more than one wildcard/],
    ['*.a*.x.com', /more than one wildcard/],
    ['.x.com', /write "\*\.x\.com"/],
    ['x..com', /empty label/],
    ['x .com', /letters, digits/],
    ['https://x.com', /scheme/],
    ['x.com:443', /port/],
    ['*.x.com:443', /port/],
    ['10.0.0.1:443', /port/],
    ['[::1]:443', /port/],
    ['x.com/path', /path/],
    ['x.com/', /path/],
    ['1.2.3.4/33', /not a valid range/],
    ['2001:db8::/129', /not a valid range/],
    ['*.10.0.0.1', /wildcard before an address/],
    ['*.2001:db8::1', /wildcard before an address/],
    ['user@x.com', /letters, digits/],
    ['xn--a.com', /internationalised/],
  ] as const) {
    it(`"${entry}" is refused: ${said.source}`, () => {
      const parsed = parseHostPattern(entry);
      assert.ok(!parsed.ok, 'it was taken');
      assert.match(parsed.detail, said);
    });
  }

  for (const [entry, same] of [
    ['WWW.Test.Com.', 'www.test.com'],
    ['*.ODS.Test.com.', '*.ods.test.com'],
    ['*.Bücher.test', '*.xn--bcher-kva.test'],
    ['0x7f.1', '127.0.0.1'],
    ['10.0.0.7/32', '10.0.0.7'],
    ['[2001:DB8:0::1]', '2001:db8::1'],
    ['::ffff:10.0.0.7', '10.0.0.7'],
  ] as const) {
    it(`"${entry}" is the same as "${same}"`, () => {
      assert.deepEqual(parseHostPattern(entry), parseHostPattern(same));
    });
  }

  it('of any text is taken or refused with a reason, and never throws', () => {
    const signs = fc.string({ unit: fc.constantFrom(...Array.from('*.ax1:/[]@%-ü \u0000')), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(signs, fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseHostPattern(text);
        assert.ok(parsed.ok || parsed.detail !== '');
      }),
    );
  });
});

describe('many entries', () => {
  it('match whole names only, by a rule for exactly this name before the nearest suffix', () => {
    const hosts = matcher('*.test.com', '*.ods.test.com', 'a.ods.test.com');
    for (const [name, rule] of [
      ['a.ods.test.com', 'a.ods.test.com'],
      ['b.ods.test.com', '*.ods.test.com'],
      ['b.a.ods.test.com', '*.ods.test.com'],
      ['ods.test.com', '*.test.com'],
      ['test.com', null],
      ['evil-test.com', null],
      ['a.ods.test.com.evil.com', null],
    ] as const) {
      assert.equal(hosts.match(host(name)), rule === null ? null : `list: ${rule}`, name);
    }
  });

  it('name the first of equal entries, and count it once', () => {
    const hosts = new HostMatcher();
    for (const [entry, rule] of [
      ['x.com', 'first'],
      ['X.COM.', 'second'],
      ['10.0.0.0/8', 'third'],
      ['10.1.1.1/8', 'fourth'],
    ] as const) {
      const parsed = parseHostPattern(entry);
      assert.ok(parsed.ok);
      hosts.add(parsed.pattern, rule, entry);
    }
    assert.equal(hosts.match(host('x.com')), 'first: x.com');
    assert.equal(hosts.match(host('10.9.9.9')), 'third: 10.0.0.0/8');
    assert.equal(hosts.size, 2);
  });

  it('match like a naive reading of the rules', () => {
    const name = fc.array(fc.constantFrom('a', 'b', 'com'), { minLength: 2, maxLength: 5 }).map((all) => all.join('.'));
    const entry = fc.tuple(fc.boolean(), name).map(([wild, text]) => (wild ? `*.${text}` : text));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), name, (entries, text) => {
        const fits = entries.some((each) => (each.startsWith('*') ? text.endsWith(each.slice(1)) : each === text));
        assert.equal(matcher(...entries).match(host(text)) !== null, fits);
      }),
    );
  });

  it('match as fast when there are 100,000 of them', () => {
    const hosts = new HostMatcher();
    for (let index = 0; index < 100_000; index += 1) {
      const number = `${(index >> 8) & 0xff}.${index & 0xff}`;
      for (const entry of [`h${index}.test`, `*.s${index}.test`, `10.${index >> 16}.${number}`, `11.${number}.0/24`]) {
        const parsed = parseHostPattern(entry);
        assert.ok(parsed.ok);
        hosts.add(parsed.pattern, 'list', entry);
      }
    }
    const wanted = ['h99999.test', 'a.s99999.test', '10.1.134.159', '11.134.159.9', 'no.such.test', '12.0.0.1'].map(
      host,
    );
    const started = performance.now();
    let found = 0;
    for (let round = 0; round < 2_000; round += 1)
      for (const each of wanted) if (hosts.match(each) !== null) found += 1;
    // A search through the list would take minutes.
    assert.ok(performance.now() - started < 2_000);
    assert.equal(found, 8_000);
  });
});
