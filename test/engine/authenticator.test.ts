import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CredentialVerdict } from '../../src/credentials/verifier.ts';
import { Authenticator } from '../../src/engine/authenticator.ts';

describe('the memory of who clients are', () => {
  const stage = () => {
    const asked: { words: string; done: (verdict: CredentialVerdict) => void }[] = [];
    const told: string[] = [];
    const clock = { nowMs: 0 };
    const authenticator = new Authenticator(
      (username, password, done) => asked.push({ words: `${username}/${password}`, done }),
      () => clock.nowMs,
    );
    const ask = (username: string, password: string): void => {
      authenticator.ask(username, password, (verdict) => told.push(verdict));
    };
    return { asked, told, clock, authenticator, ask };
  };

  it('asks once for the same words, and again when the answer is old', () => {
    const { asked, told, clock, ask } = stage();
    ask('a', 'b');
    ask('a', 'b');
    assert.equal(asked.length, 1);
    asked[0]?.done('known');
    assert.deepEqual(told, ['known', 'known']);
    ask('a', 'b');
    assert.deepEqual([asked.length, told.length], [1, 3]);
    clock.nowMs += 600_001;
    ask('a', 'b');
    assert.equal(asked.length, 2);
  });

  it('remembers a wrong password for a short time, and a busy verifier not at all', () => {
    const { asked, told, clock, ask } = stage();
    ask('a', 'x');
    asked[0]?.done('unknown');
    ask('a', 'x');
    assert.deepEqual([asked.length, told], [1, ['unknown', 'unknown']]);
    clock.nowMs += 30_001;
    ask('a', 'x');
    asked[1]?.done('busy');
    ask('a', 'x');
    assert.equal(asked.length, 3);
  });

  it('does not take one pair of words for another', () => {
    const { asked, ask } = stage();
    for (const [username, password] of [
      ['a', 'b:c'],
      ['a:b', 'c'],
      ['a', 'b'],
      ['', 'a:b:c'],
    ] as const) {
      ask(username, password);
      asked.at(-1)?.done('known');
    }
    assert.equal(asked.length, 4);
  });

  it('is bounded, and guesses do not push out those who are known', () => {
    const { asked, told, authenticator, ask } = stage();
    ask('a', 'right');
    asked[0]?.done('known');
    for (let guess = 0; guess < 12_000; guess += 1) {
      ask('a', `${guess}`);
      asked.at(-1)?.done('unknown');
    }
    assert.equal(authenticator.remembered, 10_001);
    ask('a', 'right');
    assert.equal(told.at(-1), 'known');
  });
});
