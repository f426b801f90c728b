import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ipFromBytes } from '../../src/address/ip.ts';
import type { IpAddress } from '../../src/address/ip.ts';
import { Race } from '../../src/dial/race.ts';

const v4 = fc.nat(255).map((last) => ipFromBytes([192, 0, 2, last]));
const v6 = fc.nat(255).map((last) => ipFromBytes([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]));
const addresses = fc.array(fc.oneof(v4, v6), { minLength: 1, maxLength: 8 });

function takeAll(race: Race): number[] {
  const taken: number[] = [];
  for (let index = race.take(); index !== null; index = race.take()) taken.push(index);
  return taken;
}

describe('a race of attempts', () => {
  it('tries every address once, families in turn, each family in the order of the resolver', () => {
    fc.assert(
      fc.property(addresses, (list) => {
        const ordered = new Race(list).addresses;
        const of = (family: 4 | 6, from: readonly IpAddress[]): IpAddress[] =>
          from.filter((each) => each.family === family);
        assert.deepEqual(of(4, ordered), of(4, list));
        assert.deepEqual(of(6, ordered), of(6, list));
        assert.equal(ordered[0], list[0]);
        const turns = 2 * Math.min(of(4, list).length, of(6, list).length);
        for (let index = 1; index < turns; index += 1) {
          assert.notEqual(ordered[index]?.family, ordered[index - 1]?.family);
        }
      }),
    );
  });

  it('starts attempts in order, 250 ms apart or at a failure, and fails only when all have', () => {
    const happenings = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 400 })), { maxLength: 40 });
    fc.assert(
      fc.property(addresses, happenings, (list, steps) => {
        const race = new Race(list);
        let [nowMs, startedMs, failures] = [5_000, 5_000, 0];
        race.tick(nowMs);
        let started = takeAll(race).length;
        assert.equal(started, 1);
        for (const [fails, waitMs] of steps) {
          nowMs += waitMs;
          const failed: boolean = fails && failures < started;
          if (failed) {
            failures += 1;
            race.failed('ECONNREFUSED', nowMs);
          } else {
            race.tick(nowMs);
          }
          const due: boolean = started < list.length && (failed || nowMs >= startedMs + 250);
          assert.deepEqual(takeAll(race), due ? [started] : []);
          if (due) [started, startedMs] = [started + 1, nowMs];
          assert.equal(race.deadlineMs, started < list.length ? startedMs + 250 : Infinity);
          assert.equal(race.failure, failures === list.length ? 'ECONNREFUSED' : null);
        }
      }),
    );
  });

  it('explains itself by the most telling failure, whatever their order', () => {
    const codes = ['EMFILE', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH'];
    fc.assert(
      fc.property(fc.subarray(codes, { minLength: 1 }), fc.infiniteStream(fc.nat()), (some, random) => {
        const shuffled = some.map((code) => [random.next().value as number, code] as const).sort(([a], [b]) => a - b);
        const race = new Race(shuffled.map((_, index) => ipFromBytes([192, 0, 2, index])));
        race.tick(0);
        for (const [, code] of shuffled) race.failed(code, 1);
        assert.equal(
          race.failure,
          codes.find((code) => some.includes(code)),
        );
      }),
    );
  });

  it('without an address has failed before it began', () => {
    const race = new Race([]);
    race.tick(0);
    assert.deepEqual([race.take(), race.failure, race.deadlineMs], [null, 'ENOTFOUND', Infinity]);
  });
});
