import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { DistinguishedName } from '../../src/tls/distinguished-name.ts';
import { NAME_TEXT_LIMIT, commonNames, foldText, formatName, nameKey } from '../../src/tls/distinguished-name.ts';
import { parseName } from '../../src/tls/distinguished-name-text.ts';

/** A name of relative names with one attribute each: [type, value]. */
function nameOf(...attributes: readonly (readonly [string, string])[]): DistinguishedName {
  return attributes.map(([type, value]) => [{ type, value, encoded: false }]);
}

function cn(value: string): string {
  return formatName(nameOf(['2.5.4.3', value]));
}

describe('formatName', () => {
  it('writes the last attribute of the certificate first, as RFC 4514 says', () => {
    assert.equal(
      formatName(nameOf(['2.5.4.6', 'US'], ['2.5.4.10', 'Contoso'], ['2.5.4.3', 'a'])),
      'CN=a,O=Contoso,C=US',
    );
    assert.equal(formatName(nameOf(['2.5.4.6', 'US'], ['2.5.4.10', 'Contoso'])), 'O=Contoso,C=US');
    assert.equal(formatName([]), '');
  });

  it('begins with the CN of agents, which stands first in their certificates', () => {
    const agent = nameOf(
      ['2.5.4.3', 'w'],
      ['2.5.4.3', 'a'],
      ['2.5.4.11', 'Linux Monitoring Agent'],
      ['2.5.4.10', 'Microsoft'],
    );
    assert.equal(formatName(agent), 'CN=w,CN=a,OU=Linux Monitoring Agent,O=Microsoft');
  });

  it('escapes what RFC 4514 escapes, and whatever could mislead the reader of a log', () => {
    assert.equal(cn('a,b+c"d\\e<f>g;h=i'), 'CN=a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h\\=i');
    assert.equal(cn(' #a '), 'CN=\\ #a\\ ');
    assert.equal(cn('#a'), 'CN=\\#a');
    assert.equal(cn('a\r\nb\0\u001b[2J'), 'CN=a\\0d\\0ab\\00\\1b[2J');
    assert.equal(cn('gateway\u202e\u2066'), 'CN=gateway\\e2\\80\\ae\\e2\\81\\a6');
    assert.equal(cn('a\u2028b\u00a0c'), 'CN=a\\e2\\80\\a8b\\c2\\a0c');
    assert.equal(cn('Prüfer 1'), 'CN=Prüfer 1');
  });

  it('never makes more than its limit, nor a character that ends a line', () => {
    const value = fc.string({ unit: 'binary', maxLength: 600 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('2.5.4.3', '2.5.4.10', '1.2.3'), value)), (attributes) => {
        const text = formatName(nameOf(...attributes));
        assert.ok(text.length <= NAME_TEXT_LIMIT);
        assert.doesNotMatch(text, /[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('is read back by parseName as the same name', () => {
    const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('2.5.4.3', '2.5.4.10', '1.2.3'), value), { minLength: 1, maxLength: 3 }),
        (given) => {
          const name = nameOf(...given);
          const text = formatName(name);
          fc.pre(!text.endsWith('…') && !text.includes('\\ef\\bf\\bd'));
          const parsed = parseName(text);
          assert.ok(parsed.ok, text);
          assert.equal(nameKey(parsed.name), nameKey(name), text);
        },
      ),
    );
  });
});

describe('commonNames', () => {
  it('are all of them, also of a relative name with several attributes, never an encoded one', () => {
    const name: DistinguishedName = [
      [{ type: '2.5.4.3', value: 'a', encoded: false }],
      [
        { type: '2.5.4.10', value: 'o', encoded: false },
        { type: '2.5.4.3', value: 'b', encoded: false },
      ],
      [{ type: '2.5.4.3', value: '#0500', encoded: true }],
    ];
    assert.deepEqual(commonNames(name), ['a', 'b']);
  });
});

describe('nameKey', () => {
  const agent = nameOf(['2.5.4.3', 'w'], ['2.5.4.3', 'a'], ['2.5.4.10', 'Microsoft']);

  it('is the same in any order, case and spacing', () => {
    const other = nameOf(['2.5.4.10', ' MICROSOFT'], ['2.5.4.3', 'A'], ['2.5.4.3', 'W ']);
    assert.equal(nameKey(other), nameKey(agent));
  });

  it('is another one for another value, type, number or grouping of attributes', () => {
    const others: DistinguishedName[] = [
      nameOf(['2.5.4.3', 'w'], ['2.5.4.3', 'a'], ['2.5.4.10', 'Microsoft2']),
      nameOf(['2.5.4.3', 'w'], ['2.5.4.3', 'a'], ['2.5.4.11', 'Microsoft']),
      nameOf(['2.5.4.3', 'w'], ['2.5.4.10', 'Microsoft']),
      nameOf(['2.5.4.3', 'w'], ['2.5.4.3', 'a'], ['2.5.4.3', 'a'], ['2.5.4.10', 'Microsoft']),
      [[...(agent[0] ?? []), ...(agent[1] ?? [])], agent[2] ?? []],
      agent.map((relative) => relative.map((each) => ({ ...each, encoded: true }))),
    ];
    for (const other of others) assert.notEqual(nameKey(other), nameKey(agent));
    assert.equal(new Set(others.map(nameKey)).size, others.length);
  });

  it('cannot be made by writing separators into a value', () => {
    const parts = fc.array(
      fc.tuple(
        fc.constantFrom('2.5.4.3', '2.5.4.10'),
        fc.string({ unit: fc.constantFrom('a', ',', '+', '=', '1', ':', '2.5.4.3') }),
      ),
      {
        maxLength: 3,
      },
    );
    const canonical = (given: readonly (readonly [string, string])[]): string =>
      JSON.stringify(given.map((each) => JSON.stringify(each)).sort());
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        assert.equal(nameKey(nameOf(...one)) === nameKey(nameOf(...other)), canonical(one) === canonical(other));
      }),
    );
  });
});

describe('foldText', () => {
  it('drops case and spaces that carry no meaning', () => {
    assert.equal(foldText('  Hybrid   Runbook Worker '), 'hybrid runbook worker');
    assert.equal(foldText('GRÜSSE'), 'grüsse');
  });

  it('does not make an ASCII letter of one that is none', () => {
    assert.notEqual(foldText('\u212aELVIN'), foldText('KELVIN'));
    assert.equal(foldText('\u212aELVIN'), '\u212aelvin');
    for (let point = 0x80; point < 0x1_0000; point += 1) {
      assert.doesNotMatch(foldText(String.fromCharCode(point)), /^[ -~]+$/, point.toString(16));
    }
  });
});
