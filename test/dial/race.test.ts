import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseIp } from '../../src/address/ip.ts';
import type { IpAddress } from '../../src/address/ip.ts';
import { causeOf } from '../../src/dial/cause.ts';
import { Race } from '../../src/dial/race.ts';

const addresses = (...texts: string[]): IpAddress[] =>
  texts.map((text) => parseIp(text)).filter((each) => each !== null);

describe('staggered attempts', () => {
  it('interleave the families, the first one first', () => {
    const race = new Race(addresses('2001:db8::1', '2001:db8::2', '192.0.2.1', '192.0.2.2'));
    assert.deepEqual(
      race.addresses.map(({ text }) => text),
      ['2001:db8::1', '192.0.2.1', '2001:db8::2', '192.0.2.2'],
    );
  });

  it('start 250 ms apart while none has answered', () => {
    const race = new Race(addresses('192.0.2.1', '192.0.2.2'));
    race.tick(1_000);
    assert.deepEqual([race.take(), race.take(), race.deadlineMs], [0, null, 1_250]);
    race.tick(1_249);
    assert.equal(race.take(), null);
    race.tick(1_250);
    assert.deepEqual([race.take(), race.deadlineMs, race.failure], [1, Infinity, null]);
  });

  it('start at once after a failure, and fail with the most telling cause', () => {
    const race = new Race(addresses('192.0.2.1', '192.0.2.2'));
    race.tick(0);
    race.take();
    race.failed('EHOSTUNREACH', 10);
    assert.equal(race.take(), 1);
    assert.equal(race.failure, null);
    race.failed('ECONNREFUSED', 20);
    assert.equal(race.failure, 'ECONNREFUSED');
  });
});

describe('causes', () => {
  for (const [code, reason] of [
    ['ECONNREFUSED', 'connection-refused'],
    ['ETIMEDOUT', 'connect-timeout'],
    ['ENETUNREACH', 'unreachable'],
    ['EMFILE', 'out-of-resources'],
    ['ENOTFOUND', 'name-not-found'],
    ['EAI_AGAIN', 'name-resolution-failed'],
    ['EWHATEVER', 'connect-failed'],
  ] as const) {
    it(`${code} is ${reason}`, () => {
      assert.equal(causeOf(code).reason, reason);
    });
  }
});
