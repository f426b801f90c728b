import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FOUND, HandshakeReader } from '../../src/tls/handshake-reader.ts';
import { joined } from '../support/feed.ts';
import { CHANGE_CIPHER_SPEC, handshake, message, record } from '../support/flight.ts';
import { intoRecords, join } from '../support/hello.ts';

const BODY = Uint8Array.from({ length: 50 }, (_, index) => index);
const ALERT = record(0x15, Uint8Array.of(1, 90));

/** What a reader finds in `chunks`, and what it hands on, all of it in order. */
function read(chunks: readonly Uint8Array[], limit = 65_536): { found: string[]; passed: Uint8Array; waiting: number } {
  const reader = new HandshakeReader(limit, 0);
  const found: string[] = [];
  const passed: Uint8Array[] = [];
  for (const chunk of chunks) {
    const borrowed = chunk.slice();
    reader.feed(borrowed);
    for (let next = reader.next(); next !== FOUND.nothing; next = reader.next()) {
      found.push(told(reader, next));
      if (next === FOUND.wrong) return { found, passed: joined(...passed), waiting: reader.waiting };
    }
    const taken = reader.take();
    if (taken !== null) passed.push(taken.slice());
    borrowed.fill(0xee);
  }
  return { found, passed: joined(...passed), waiting: reader.waiting };
}

function told(reader: HandshakeReader, found: number): string {
  switch (found) {
    case FOUND.message:
      return `message ${reader.messageType} of ${reader.body.length}: ${reader.body.join()}`;
    case FOUND.alert:
      return `alert ${reader.alertLevel} ${reader.alertCode}`;
    case FOUND.encrypted:
      return `encrypted ${reader.recordType} of ${reader.recordBytes}`;
    case FOUND.changeCipherSpec:
      return 'change';
    default:
      return `${reader.fault}: ${reader.detail}`;
  }
}

const STREAM = join([
  handshake(message(2, BODY), message(14), message(11, BODY)),
  intoRecords(message(12, BODY), 7),
  ALERT,
  CHANGE_CIPHER_SPEC,
  record(0x17, BODY),
  handshake(message(14)),
]);

describe('HandshakeReader', () => {
  it('finds messages over records and records over chunks, wherever they are cut', () => {
    const whole = read([STREAM]);
    const body = `of 50: ${BODY.join()}`;
    assert.deepEqual(whole.found, [
      `message 2 ${body}`,
      'message 14 of 0: ',
      `message 11 ${body}`,
      `message 12 ${body}`,
      'alert 1 90',
      'change',
      'encrypted 23 of 50',
      'message 14 of 0: ',
    ]);
    assert.deepEqual(whole.passed, STREAM);
    for (let cut = 1; cut < STREAM.length; cut += 1) {
      assert.deepEqual(read([STREAM.slice(0, cut), STREAM.slice(cut)]), whole, `cut at ${cut}`);
    }
    assert.deepEqual(read(Array.from(STREAM, (byte) => Uint8Array.of(byte))), whole, 'byte by byte');
  });

  it('hands on the very bytes it was given when all of them are judged', () => {
    const reader = new HandshakeReader(1000, 0);
    const chunk = handshake(message(14));
    reader.feed(chunk);
    while (reader.next() !== FOUND.nothing);
    assert.equal(reader.take(), chunk);
  });

  it('keeps a record until its last message is whole, and passes on encrypted content as it comes', () => {
    const pieces = intoRecords(message(12, BODY), 20);
    assert.deepEqual(read([pieces.slice(0, 60)]).passed.length, 0);
    const data = record(0x17, BODY);
    assert.deepEqual(read([data.slice(0, 20)]).passed, data.slice(0, 20));
    assert.deepEqual(read([data.slice(0, 6)]).passed.length, 0);
  });

  for (const [title, bytes, expected] of [
    ['another protocol', joined(Uint8Array.of(0x48, 0x54, 0x54, 0x50, 0x2f)), 'not-tls: its first byte is 0x48'],
    ['a version that is none', Uint8Array.of(0x16, 3, 5, 0, 1), 'not-tls: its record version is 3.5'],
    ['a long record', Uint8Array.of(0x16, 3, 3, 0x40, 1), 'malformed: a record is longer than 16384 bytes'],
    ['an empty record', record(0x16, new Uint8Array(0)), 'malformed: a record of type 0x16 is empty'],
    [
      'a long ChangeCipherSpec',
      record(0x14, Uint8Array.of(1, 1)),
      'malformed: a ChangeCipherSpec record is not one byte 0x01',
    ],
    [
      'a strange ChangeCipherSpec',
      record(0x14, Uint8Array.of(2)),
      'malformed: a ChangeCipherSpec record is not one byte 0x01',
    ],
    [
      'a record in a message',
      joined(record(0x16, Uint8Array.of(11, 0, 0, 9, 1)), ALERT),
      'order: a record of type 0x15 interrupts a handshake message',
    ],
    ['a message beyond the limit', record(0x16, Uint8Array.of(11, 1, 0, 0)), 'too-large: '],
  ] as const) {
    it(`is told of ${title}`, () => assert.equal(read([bytes]).found.at(-1), expected));
  }

  it('knows a wrong record behind the first for what it is', () => {
    assert.equal(
      read([joined(ALERT, Uint8Array.of(0x48, 3, 3, 0, 0))]).found.at(-1),
      'order: there is a record of type 0x48',
    );
    assert.equal(
      read([joined(ALERT, Uint8Array.of(0x16, 2, 3, 0, 1))]).found.at(-1),
      'malformed: a record has version 2.3',
    );
  });

  it('never holds much more than its limit of a message that does not end', () => {
    const flood = join(Array.from({ length: 100 }, () => record(0x16, new Uint8Array(50).fill(1))));
    const { found, waiting } = read([flood], 1000);
    assert.ok(found.at(-1)?.startsWith('too-large'));
    assert.ok(waiting <= flood.length);
    const steps = read(
      Array.from(flood, (byte) => Uint8Array.of(byte)),
      1000,
    );
    assert.ok(steps.waiting <= 1000 + 5, String(steps.waiting));
  });

  it('opened, passes on everything', () => {
    const reader = new HandshakeReader(1000, 0);
    reader.feed(Uint8Array.of(0x16, 3));
    reader.next();
    assert.equal(reader.take(), null);
    reader.open();
    reader.feed(BODY);
    assert.deepEqual(reader.take(), joined(Uint8Array.of(0x16, 3), BODY));
  });

  it('neither throws nor changes a byte, whatever comes', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(ALERT, handshake(message(14)), record(0x17, BODY)),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 12 }), (chunks) => {
        const all = joined(...chunks);
        const { passed } = read(chunks, 500);
        assert.deepEqual(passed, all.slice(0, passed.length));
      }),
    );
  });
});
