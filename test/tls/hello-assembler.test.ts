import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HelloAssembler } from '../../src/tls/hello-assembler.ts';
import type { ParsedHello } from '../../src/tls/client-hello.ts';
import { browserHello } from '../support/browser-hello.ts';
import { ascii, feed, feedEveryWay, joined, steps } from '../support/feed.ts';
import { recordedHellos } from '../support/fixtures.ts';
import { buildClientHello, buildHelloMessage, intoRecords } from '../support/hello.ts';

const LIMIT = 262_144;
const recorded = recordedHellos();
const browser = buildClientHello(browserHello('agent.example.test'));
const hellos = [...recorded, { name: 'browser, made by hand', bytes: browser }];

function assembler(limit = LIMIT): HelloAssembler {
  return new HelloAssembler(limit);
}

function whole(bytes: Uint8Array, limit = LIMIT): ParsedHello {
  return assembler(limit).read(bytes, bytes.length);
}

/** The reason after every way of feeding; `done` or `need-more` when there is none. */
function reasonOf(bytes: Uint8Array, limit = LIMIT): string {
  const parsed = feedEveryWay(() => assembler(limit), bytes);
  return parsed.state === 'malformed' ? parsed.reason : parsed.state;
}

function detailOf(bytes: Uint8Array): unknown {
  const parsed = feedEveryWay(() => assembler(), bytes);
  return parsed.state === 'malformed' ? parsed.fields['detail'] : parsed.state;
}

describe('a recorded hello', () => {
  it('is there from each of the programs', () => {
    assert.equal(recorded.length, 13);
    assert.ok(recorded.some(({ bytes }) => bytes.length > 1460));
    assert.ok(browser.length > 1460);
  });

  for (const { name, bytes } of hellos) {
    it(`is done at its last byte and not before, however it is cut: ${name}`, () => {
      for (const length of steps(bytes.length - 1)) {
        assert.equal(assembler().read(bytes, length).state, 'need-more', `${length} bytes`);
      }
      const parsed = feedEveryWay(() => assembler(), bytes);
      assert.ok(parsed.state === 'done');
      assert.equal(parsed.consumedBytes, bytes.length);
      assert.equal(parsed.hello.serverName, name.includes('noservername') ? null : 'agent.example.test');
    });

    it(`reads the same over many records: ${name}`, () => {
      const expected = whole(bytes);
      assert.ok(expected.state === 'done');
      for (const recordBytes of [1, 2, 3, 4, 5, 100, 1400]) {
        const split = intoRecords(bytes.subarray(5), recordBytes);
        const parsed = feed(assembler(), split, steps(split.length));
        assert.ok(parsed.state === 'done', `records of ${recordBytes}`);
        assert.equal(parsed.consumedBytes, split.length);
        assert.deepEqual(parsed.hello, expected.hello);
        assert.deepEqual(whole(split), parsed);
      }
    });
  }
});

describe('lengths that lie', () => {
  it('in the record head or the message head never give a hello', () => {
    for (const { name, bytes } of hellos) {
      for (const at of [3, 4, 6, 7, 8]) {
        for (const step of [-1, 1]) {
          const lying = joined(bytes, bytes);
          lying[at] = ((lying[at] ?? 0) + step) & 0xff;
          assert.notEqual(whole(lying).state, 'done', `${name}: byte ${at}, ${step}`);
        }
      }
    }
  });
});

describe('bytes behind the hello', () => {
  it('belong to the stream when they come in another record', () => {
    const hello = buildClientHello({ serverName: 'a.test', recordBytes: 50 });
    const parsed = whole(joined(hello, Uint8Array.of(0x17, 3, 3, 0, 1, 0)));
    assert.ok(parsed.state === 'done');
    assert.equal(parsed.consumedBytes, hello.length);
  });

  it('are refused in the same record, as soon as the two lengths disagree', () => {
    const two = joined(buildHelloMessage(), buildHelloMessage());
    const bytes = intoRecords(two, 16_384);
    assert.equal(reasonOf(bytes), 'tls-malformed');
    assert.equal(whole(bytes.subarray(0, 8)).state, 'need-more');
    assert.equal(whole(bytes.subarray(0, 9)).state, 'malformed');
    assert.equal(reasonOf(intoRecords(joined(buildHelloMessage(), Uint8Array.of(0)), 40)), 'tls-malformed');
  });
});

describe('what is not a hello', () => {
  const firstBytes: readonly (readonly [Uint8Array, string, string])[] = [
    [ascii('GET / HTTP/1.1\r\n\r\n'), 'not-tls', 'its first byte is "G", like an HTTP request'],
    [ascii('SSH-2.0-OpenSSH_9.2\r\n'), 'not-tls', 'its first byte is "S", like an SSH banner'],
    [ascii('EHLO x\r\n'), 'not-tls', 'its first byte is "E", like a text protocol'],
    [Uint8Array.of(0x80, 0x2e, 0x01, 0x00, 0x02), 'not-tls', 'it looks like an SSL 2 hello'],
    [Uint8Array.of(0x00), 'not-tls', 'its first byte is 0x00'],
    [Uint8Array.of(0x7f), 'not-tls', 'its first byte is 0x7f'],
    [ascii('\r\n'), 'not-tls', 'its first byte is 0x0d'],
    [Uint8Array.of(0x14, 3, 3, 0, 1, 1), 'not-client-hello', 'it begins with a ChangeCipherSpec record'],
    [Uint8Array.of(0x15, 3, 3, 0, 2, 2, 40), 'not-client-hello', 'it begins with an alert record'],
    [Uint8Array.of(0x17, 3, 3, 0, 1, 0), 'not-client-hello', 'it begins with application data'],
    [Uint8Array.of(0x18, 3, 3, 0, 1, 0), 'not-client-hello', 'it begins with a heartbeat record'],
  ];
  for (const [bytes, reason, detail] of firstBytes) {
    it(`is refused at its first byte: ${detail}`, () => {
      assert.equal(reasonOf(bytes), reason);
      assert.equal(detailOf(bytes), detail);
      assert.deepEqual(whole(bytes.subarray(0, 1)), whole(bytes));
    });
  }

  it('is refused at the first byte of the record head that no hello has', () => {
    assert.equal(reasonOf(Uint8Array.of(0x16, 0x02)), 'not-tls');
    assert.equal(reasonOf(Uint8Array.of(0x16, 0x03, 0x05)), 'not-tls');
    assert.equal(reasonOf(Uint8Array.of(0x16, 0xfe, 0xfd)), 'not-tls');
    assert.equal(reasonOf(Uint8Array.of(0x16, 0x03, 0x01, 0x00, 0x00)), 'tls-malformed');
    assert.equal(reasonOf(Uint8Array.of(0x16, 0x03, 0x01, 0x40, 0x01)), 'tls-malformed');
    for (let minor = 0; minor <= 4; minor += 1) {
      assert.equal(reasonOf(Uint8Array.of(0x16, 0x03, minor, 0x40, 0x00)), 'need-more');
    }
  });

  it('is refused when the handshake message is another one', () => {
    for (const type of [0, 2, 11, 16, 20, 255]) {
      assert.equal(reasonOf(Uint8Array.of(0x16, 3, 1, 0x20, 0, type)), 'not-client-hello');
    }
  });

  it('is refused when another record comes between the fragments', () => {
    const [first, rest] = [intoRecords(buildHelloMessage().subarray(0, 20), 20), buildHelloMessage().subarray(20)];
    for (const type of [0x14, 0x15, 0x17]) {
      const foreign = Uint8Array.of(type, 3, 3, 0, 1, 1);
      assert.equal(reasonOf(joined(first, foreign, intoRecords(rest, 16_384))), 'not-client-hello');
    }
    assert.equal(reasonOf(joined(first, Uint8Array.of(0x16, 3, 1, 0, 0))), 'tls-malformed');
  });
});

describe('the limit', () => {
  it('refuses a message that announces more, at its fourth byte', () => {
    const bytes = Uint8Array.of(0x16, 3, 1, 0x0f, 0x00, 1, 0, 0x10, 0x00);
    assert.equal(reasonOf(bytes.subarray(0, 8), 4096), 'need-more');
    assert.equal(reasonOf(bytes, 4096), 'hello-too-large');
    assert.deepEqual(whole(bytes, 4096), { state: 'malformed', reason: 'hello-too-large', fields: { limit: 4096 } });
  });

  it('takes a hello of exactly the limit and refuses one byte more', () => {
    assert.equal(whole(browser, browser.length).state, 'done');
    assert.equal(reasonOf(browser, browser.length - 1), 'hello-too-large');
    for (const recordBytes of [300, 1500]) {
      const split = intoRecords(browser.subarray(5), recordBytes);
      assert.equal(whole(split, split.length).state, 'done');
      assert.equal(reasonOf(split, split.length - 1), 'hello-too-large');
    }
  });

  it('gives the same reason for every cut when a record is larger and the message is wrong as well', () => {
    assert.equal(reasonOf(Uint8Array.of(0x16, 3, 1, 0x20, 0, 2, 0, 0, 1), 4096), 'hello-too-large');
  });

  it('counts record heads, so that tiny fragments cannot hold more', () => {
    const message = joined(Uint8Array.of(1, 0, 0x0e, 0), new Uint8Array(0x0e00));
    const flood = intoRecords(message, 1);
    const parsed = feed(assembler(4096), flood, steps(flood.length));
    assert.ok(parsed.state === 'malformed');
    assert.equal(parsed.reason, 'hello-too-large');
    for (let limit = 4096; limit < 4102; limit += 1) {
      assert.equal(assembler(limit).read(flood, limit).state, 'malformed', 'nobody has to hold more than the limit');
    }
  });
});

describe('hostile bytes', () => {
  /** Random cuts must not change the verdict, and the verdict comes before the limit is exceeded. */
  function assertSteady(bytes: Uint8Array, cuts: readonly number[], limit: number): void {
    const expected = whole(bytes, limit);
    const lengths = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
    assert.deepEqual(feed(assembler(limit), bytes, lengths), expected);
    if (bytes.length >= limit) assert.notEqual(expected.state, 'need-more');
  }

  it('give a verdict and never throw, whatever they are', () => {
    const start = fc.constantFrom([], [0x16], [0x16, 3], [0x16, 3, 1, 0], [0x16, 3, 1, 0, 60, 1, 0, 0]);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(), { maxLength: 5 }), (head, tail, cuts) =>
        assertSteady(joined(Uint8Array.from(head), tail), cuts, 100),
      ),
      { numRuns: 2000 },
    );
  });

  it('in a real hello change its verdict the same way for every cut, over any records', () => {
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    const cuts = fc.array(fc.nat(), { maxLength: 5 });
    const properties = [fc.constantFrom(...hellos), fc.array(change, { minLength: 1, maxLength: 3 }), cuts] as const;
    fc.assert(
      fc.property(...properties, fc.integer({ min: 1, max: 2000 }), ({ bytes }, changes, at, recordBytes) => {
        const mutated = intoRecords(bytes.subarray(5), recordBytes);
        for (const { at, to } of changes) mutated[at % mutated.length] = to;
        assertSteady(mutated, at, 4096);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('a message head that goes on in another record', () => {
  it('is not read out of a record that is none of the handshake', () => {
    // Found by npm run fuzz: the second record's bytes would announce a hello beyond the limit.
    const bytes = Uint8Array.of(0x16, 3, 1, 0, 2, 0x01, 0x00, 0x00, 3, 1, 0, 2, 0xff, 0xff);
    const verdict = feedEveryWay(() => new HelloAssembler(4096), bytes);
    assert.equal(verdict.state === 'malformed' && verdict.reason, 'not-client-hello');
  });
});
