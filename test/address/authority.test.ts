import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatAuthority, parseAuthority, parsePort } from '../../src/address/authority.ts';

function refusal(text: string): string {
  const parsed = parseAuthority(text);
  if (parsed.ok) assert.fail(`${JSON.stringify(text)} was taken as ${formatAuthority(parsed.authority)}`);
  return parsed.detail;
}

describe('parseAuthority', () => {
  it('reads host:port into its canonical form', () => {
    const cases = [
      ['Example.COM.:443', 'example.com:443'],
      ['127.1:1', '127.0.0.1:1'],
      ['[::1]:65535', '[::1]:65535'],
      ['[::ffff:10.0.0.1]:443', '10.0.0.1:443'],
      ['bücher.de:8443', 'xn--bcher-kva.de:8443'],
    ];
    for (const [text = '', canonical] of cases) {
      const parsed = parseAuthority(text);
      assert.equal(parsed.ok && formatAuthority(parsed.authority), canonical);
    }
  });

  it('says what is wrong with every other form', () => {
    assert.match(refusal('user:secret@example.com:443'), /user information/);
    assert.doesNotMatch(refusal('user:secret@example.com:443'), /secret/);
    for (const text of ['https://example.com:443', 'https://example.com/', 'http://example.com:443/a']) {
      assert.match(refusal(text), /path|scheme/);
    }
    assert.match(refusal('example.com:443/'), /path/);
    assert.match(refusal('/'), /path/);
    assert.match(refusal('example.com:443?a'), /query/);
    assert.match(refusal('example.com:443#a'), /fragment/);
    for (const text of ['example.com', '[::1]', '*', '']) assert.match(refusal(text), /port/);
    assert.match(refusal(':443'), /empty/);
    assert.match(refusal('::1:443'), /bracket/);
    assert.match(refusal('a:b:443'), /bracket|colon/);
    for (const text of [
      '[::1]x:443',
      '[::1:443',
      '::1]:443',
      '[::1]443',
      'a%20b:443',
      'a b:443',
      'a\\b:443',
      'a：443',
    ]) {
      assert.notEqual(refusal(text), '');
    }
  });

  it('never throws, and reads its own text back', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.oneof(fc.domain(), fc.ipV4Extended(), fc.ipV6()), fc.nat(70_000))
        .map(([host, port]) => `${host}:${port}`),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const parsed = parseAuthority(candidate);
        if (parsed.ok) assert.deepEqual(parseAuthority(formatAuthority(parsed.authority)), parsed);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('parsePort', () => {
  it('takes strict decimals from 1 to 65535 and nothing else', () => {
    for (const [text, port] of [
      ['1', 1],
      ['443', 443],
      ['65535', 65_535],
    ] as const)
      assert.equal(parsePort(text), port);
    const bad = ['', '0', '00', '01', '0443', '+443', '-1', ' 443', '443 ', '443\n', '4e2', '0x1bb', '443.0', '65536'];
    bad.push('99999', '100000', '4294967739', '٤٤٣', '４４３', 'https');
    for (const text of bad) assert.equal(parsePort(text), null, JSON.stringify(text));
  });
});
