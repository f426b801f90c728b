import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nameKey } from '../../src/tls/distinguished-name.ts';
import { parseName } from '../../src/tls/distinguished-name-text.ts';

function key(text: string): string {
  const parsed = parseName(text);
  assert.ok(parsed.ok, `${text}: ${JSON.stringify(parsed)}`);
  return nameKey(parsed.name);
}

function values(text: string): string[] {
  const parsed = parseName(text);
  assert.ok(parsed.ok, `${text}: ${JSON.stringify(parsed)}`);
  return parsed.name.flatMap((relative) => relative.map(({ value }) => value));
}

describe('parseName', () => {
  it('makes one name of every spelling that tools print', () => {
    const spellings = [
      'CN=Hybrid Runbook Worker,OU=Azure Automation,O=Microsoft Corporation,L=Redmond,ST=Washington,C=US',
      // openssl x509 -subject
      'C = US, ST = Washington, L = Redmond, O = Microsoft Corporation, OU = Azure Automation, CN = Hybrid Runbook Worker',
      // certutil and .NET
      'CN=Hybrid Runbook Worker, OU=Azure Automation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US',
      'cn="hybrid runbook worker";ou=AZURE automation;o=microsoft  corporation;l=redmond;st=washington;c=us',
      '2.5.4.3=Hybrid\\20Runbook Worker,OID.2.5.4.11=Azure Automation,O=Microsoft Corporation,L=Redmond,ST=Washington,C=#13025553',
    ];
    assert.deepEqual(new Set(spellings.map(key)).size, 1);
  });

  for (const [text, expected] of [
    ['CN=a\\,b', ['a,b']],
    ['CN=a\\2Cb', ['a,b']],
    ['CN="a,b + \\"c\\" \\\\",O=d', ['a,b + "c" \\', 'd']],
    ['CN=Gr\\c3\\bc\\C3\\9fe', ['Grüße']],
    ['CN=\\ a\\ ', [' a ']],
    ['CN=a\\ ,O=b', ['a ', 'b']],
    ['CN=a  ', ['a']],
    ['CN=\\#0500', ['#0500']],
    ['CN=a=b', ['a=b']],
    ['CN=a+O=b', ['a', 'b']],
    ['O=#0c0141', ['A']],
    ['2.5.4.45=#03020780', ['#03020780']],
    ['CN=\\E2\\80\\AEa', ['\u202ea']],
  ] as const) {
    it(`reads ${text}`, () => {
      assert.deepEqual(values(text), expected);
    });
  }

  for (const [text, detail] of [
    ['', /has no "=" behind ""/],
    ['Gateway', /has no "=" behind "Gateway"/],
    ['CN=a,', /has no "=" behind ""/],
    ['CN=a,b', /has no "=" behind "b"/],
    ['CN=', /has no value for CN/],
    ['CN="",O=a', /has no value for CN/],
    ['X=a', /has the unknown attribute type "X"/],
    ['/C=US/CN=a', /has the unknown attribute type "\/C"/],
    ['=a', /has the unknown attribute type ""/],
    ['CN="a', /has no closing quote in CN/],
    ['CN="a"b', /has something behind the quoted value of CN/],
    ['CN=a\\', /has a backslash that escapes nothing/],
    ['CN=a\\n', /has a backslash that escapes nothing/],
    ['CN=\\ff', /has escaped bytes that are not UTF-8/],
    ['CN=\\c3x', /has escaped bytes that are not UTF-8/],
    ['CN=#', /has "#" without hex digits in CN/],
    ['CN=#0c', /CN is cut off/],
    ['CN=#0c0141ff', /bytes are left over in CN/],
    ['CN=#0c01ff', /CN is not valid text of its type/],
    ['CN=#0500x', /has something behind/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)} and says what would be right`, () => {
      const parsed = parseName(text);
      assert.ok(!parsed.ok, JSON.stringify(parsed));
      assert.match(parsed.detail, detail);
      assert.match(parsed.detail, /; expected one like "CN=/);
    });
  }

  it('never throws and never loops', () => {
    const unit = fc.constantFrom('CN', '=', ',', '+', '"', '\\', '#', '0c0141', ' ', 'a', ';', '\u00fc');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        assert.equal(typeof parseName(text).ok, 'boolean');
      }),
      { numRuns: 2_000 },
    );
  });
});
