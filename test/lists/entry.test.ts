import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { admitEntry } from '../../src/lists/entry.ts';

describe('an entry of a list', () => {
  it('may be a host, the hosts below a name, an address or a narrow range', () => {
    for (const text of [
      'a.example',
      '*.ods.opinsights.azure.com',
      '192.0.2.7',
      '10.1.0.0/16',
      '2001:db8::/32',
      '*.co.example',
    ]) {
      assert.deepEqual(admitEntry(text), { ok: true, entry: text });
    }
  });

  it('may not open the gateway to more than an operator would expect of a list', () => {
    for (const [text, detail] of [
      ['*', /every host/],
      ['*.com', /top-level domain/],
      ['*.co.uk', /whole registry/],
      ['*.com.au', /whole registry/],
      ['0.0.0.0/0', /wider than a list may allow \(\/16/],
      ['10.0.0.0/15', /wider/],
      ['::/0', /wider than a list may allow \(\/32/],
      ['2001::/31', /wider/],
      ['a.example\u0000.test', /control character/],
      ['a.example b.example', /white space/],
      ['a\u202e.example', /control character/],
      ['https://a.example/', /scheme/],
      ['a.example:443', /port/],
      ['a*.example', /wildcard/],
      ['<html>', /letters/],
      ['x'.repeat(300), /longer than 256/],
      ['', /is empty/],
    ] as const) {
      const admitted = admitEntry(text);
      assert.ok(!admitted.ok, text);
      assert.match(admitted.detail, detail, text);
    }
  });
});
