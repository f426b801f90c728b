import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeFirstRecord, hexByte, messageBytes, messageName } from '../../src/tls/record.ts';
import { ascii } from '../support/feed.ts';

describe('records and messages', () => {
  it('are told by name, or by number where there is none', () => {
    assert.deepEqual([2, 11, 99].map(messageName), ['ServerHello', 'Certificate', 'handshake message of type 99']);
    assert.equal(hexByte(5), '0x05');
  });

  it('know their length with the head', () => {
    assert.equal(messageBytes(Uint8Array.of(9, 11, 1, 2, 3), 1), 4 + 0x010203);
  });

  it('that are none are described', () => {
    assert.equal(describeFirstRecord(ascii('HTTP/'), 0), 'its first byte is 0x48');
    assert.equal(describeFirstRecord(Uint8Array.of(0x80, 0x20, 4, 0, 2), 0), 'it looks like an SSL 2 answer');
    assert.equal(describeFirstRecord(Uint8Array.of(0x16, 2, 0, 0, 2), 0), 'its record version is 2.0');
  });
});
