import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Resolved } from '../../src/dial/resolver.ts';
import { Resolver } from '../../src/dial/resolver.ts';

type Answer = (code: string | null, addresses: readonly string[]) => void;

/** A resolver before a system that answers when the test says so. */
class Stage {
  readonly asked: { readonly name: string; readonly answer: Answer }[] = [];
  nowMs = 0;
  readonly resolver: Resolver;

  constructor(cacheSeconds = 30) {
    this.resolver = new Resolver({
      hosts: {},
      cacheSeconds,
      lookup: (name, answer) => this.asked.push({ name, answer }),
      now: () => this.nowMs,
    });
  }

  resolve(name: string, done: (result: Resolved) => void = () => undefined): () => void {
    return this.resolver.resolve({ kind: 'name', text: name }, done);
  }

  get names(): string[] {
    return this.asked.map(({ name }) => name);
  }
}

describe('look-ups', () => {
  it('run 32 at a time, the others in the order they came', () => {
    const stage = new Stage();
    const done: string[] = [];
    for (let index = 0; index < 40; index += 1) stage.resolve(`n${index}.test`, () => done.push(`n${index}.test`));
    assert.equal(stage.asked.length, 32);
    stage.asked[5]?.answer(null, ['192.0.2.1']);
    stage.asked[0]?.answer('ENOTFOUND', []);
    assert.deepEqual(done, ['n5.test', 'n0.test']);
    assert.deepEqual(stage.names.slice(32), ['n32.test', 'n33.test']);
  });

  it('that nobody waits for any more are never begun', () => {
    const stage = new Stage();
    for (let index = 0; index < 32; index += 1) stage.resolve(`busy${index}.test`);
    const forget = Array.from({ length: 1_000 }, (_, index) => stage.resolve(`gone${index}.test`));
    stage.resolve('wanted.test');
    for (const each of forget) each();
    for (const { answer } of [...stage.asked]) answer('ENOTFOUND', []);
    assert.deepEqual(stage.names.slice(32), ['wanted.test']);
  });

  it('that were left and are wanted again begin anew', () => {
    const stage = new Stage();
    for (let index = 0; index < 32; index += 1) stage.resolve(`busy${index}.test`);
    const results: Resolved[] = [];
    stage.resolve('a.test')();
    stage.resolve('a.test', (result) => results.push(result));
    stage.asked[0]?.answer('ENOTFOUND', []);
    stage.asked[32]?.answer(null, ['192.0.2.1']);
    assert.deepEqual(
      results.map(({ ok }) => ok),
      [true],
    );
  });

  it('go on when the last who waited leaves, and fill the cache for the next', () => {
    const stage = new Stage();
    stage.resolve('a.test')();
    stage.asked[0]?.answer(null, ['192.0.2.1']);
    const results: Resolved[] = [];
    stage.resolve('a.test', (result) => results.push(result));
    assert.deepEqual([results.length, stage.asked.length], [1, 1]);
  });

  it('tell everyone who waits, also twice the same function, and not those who left', () => {
    const stage = new Stage();
    let told = 0;
    const tell = (): void => {
      told += 1;
    };
    const leave = stage.resolve('a.test', tell);
    stage.resolve('a.test', tell);
    stage.resolve('a.test', tell);
    leave();
    leave();
    stage.asked[0]?.answer(null, ['192.0.2.1']);
    assert.equal(told, 2);
  });

  it('may be answered at once, before the question returns', () => {
    let asked = 0;
    const lookup = (_: string, answer: Answer): void => {
      asked += 1;
      answer(null, ['192.0.2.1']);
    };
    const resolver = new Resolver({ hosts: {}, cacheSeconds: 0, lookup, now: () => 0 });
    let told = 0;
    const forget = resolver.resolve({ kind: 'name', text: 'a.test' }, () => (told += 1));
    forget();
    resolver.resolve({ kind: 'name', text: 'a.test' }, () => (told += 1));
    assert.deepEqual([asked, told], [2, 2], 'cacheSeconds 0 keeps nothing');
  });

  it('without a usable address mean that the name has none', () => {
    const stage = new Stage();
    const results: Resolved[] = [];
    stage.resolve('a.test', (result) => results.push(result));
    stage.asked[0]?.answer(null, ['fe80::1%eth0', '']);
    assert.deepEqual(results, [{ ok: false, reason: 'name-not-found', detail: 'the name has no address' }]);
  });

  it('push the oldest out of the cache above 10,000 names', () => {
    const stage = new Stage();
    for (let index = 0; index <= 10_000; index += 1) {
      stage.resolve(`n${index}.test`);
      stage.asked[index]?.answer(null, ['192.0.2.1']);
    }
    stage.resolve('n10000.test');
    stage.resolve('n1.test');
    assert.equal(stage.asked.length, 10_001, 'those are known');
    stage.resolve('n0.test');
    assert.equal(stage.names.at(-1), 'n0.test');
  });

  it('tell each who waits exactly once, whatever the order of asking, leaving and answering', () => {
    const step = fc.tuple(fc.constantFrom('ask', 'ask', 'leave', 'answer'), fc.nat(60));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const stage = new Stage(0);
        const told: number[] = [];
        const left = new Set<number>();
        const waits: (() => void)[] = [];
        let answered = 0;
        for (const [what, number] of steps) {
          if (what === 'ask') {
            const index = waits.length;
            told.push(0);
            waits.push(stage.resolve(`n${number}.test`, () => (told[index] = (told[index] ?? 0) + 1)));
          } else if (what === 'leave') {
            if (waits[number] !== undefined && told[number] === 0) left.add(number);
            waits[number]?.();
          } else if (answered < stage.asked.length) {
            stage.asked[answered]?.answer(null, ['192.0.2.1']);
            answered += 1;
          }
          assert.ok(stage.asked.length - answered <= 32);
        }
        for (; answered < stage.asked.length; answered += 1) stage.asked[answered]?.answer('EAI_AGAIN', []);
        assert.deepEqual(
          told,
          told.map((_, index) => (left.has(index) ? 0 : 1)),
        );
      }),
    );
  });
});
