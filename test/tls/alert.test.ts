import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REASONS, reasonRow } from '../../src/events/reasons.ts';
import type { AlertName, Reason } from '../../src/events/reasons.ts';
import { alertName, alertRecord } from '../../src/tls/alert.ts';

/** RFC 8446 section 6 and appendix B.2, RFC 6066 section 9. */
const CODES: Readonly<Record<AlertName, number>> = {
  unexpected_message: 10,
  record_overflow: 22,
  handshake_failure: 40,
  bad_certificate: 42,
  illegal_parameter: 47,
  access_denied: 49,
  decode_error: 50,
  protocol_version: 70,
  internal_error: 80,
  unrecognized_name: 112,
};

describe('alertName', () => {
  it('is the name of the registry, and the number of an alert that has none', () => {
    for (const [name, code] of Object.entries(CODES)) assert.equal(alertName(code), name);
    assert.deepEqual([0, 48, 116].map(alertName), ['close_notify', 'unknown_ca', 'certificate_required']);
    assert.deepEqual([200, -1].map(alertName), ['200', 'encrypted']);
  });
});

describe('alertRecord', () => {
  it('is a fatal alert in a plaintext record, with the code point of its name', () => {
    for (const [name, code] of Object.entries(CODES)) {
      assert.deepEqual([...alertRecord(name as AlertName)], [0x15, 3, 3, 0, 2, 2, code], name);
    }
  });

  it('can carry the record version of TLS 1.0', () => {
    assert.deepEqual([...alertRecord('protocol_version', 0x0301)], [0x15, 3, 1, 0, 2, 2, 70]);
  });

  it('gives each caller bytes of its own', () => {
    alertRecord('decode_error').fill(0);
    assert.deepEqual([...alertRecord('decode_error')], [0x15, 3, 3, 0, 2, 2, 50]);
  });

  it('knows every alert that a reason asks for', () => {
    const asked = (Object.keys(REASONS) as Reason[]).flatMap((reason) => reasonRow(reason).alert ?? []);
    assert.ok(asked.length > 0);
    for (const name of asked) assert.ok(name in CODES, name);
  });
});
