import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventFilter } from '../../src/events/feed.ts';
import { EventFeed } from '../../src/events/feed.ts';

const ALL: EventFilter = { events: [], client: '', text: '' };

function line(event: number, level: string, more: object = {}): string {
  return `${JSON.stringify({ level, time: 't', event, msg: 'm', ...more })}\n`;
}

describe('event feed', () => {
  it('gives the newest lines that fit, oldest first', () => {
    const feed = new EventFeed();
    feed.push(line(103, 'info', { n: 1 }) + line(105, 'warn', { n: 2 }));
    feed.push(line(103, 'info', { n: 3 }));
    const numbers = (filter: EventFilter, limit: number): unknown[] =>
      feed.recent(filter, limit).map((text) => (JSON.parse(text) as { n: number }).n);
    assert.deepEqual(numbers(ALL, 10), [1, 2, 3]);
    assert.deepEqual(numbers(ALL, 2), [2, 3]);
    assert.deepEqual(numbers({ ...ALL, events: [103] }, 10), [1, 3]);
    assert.deepEqual(numbers({ ...ALL, events: [103, 105] }, 10), [1, 2, 3]);
    assert.deepEqual(numbers(ALL, 0), []);
  });

  it('filters by the client and by anything the line says, not by a number inside another', () => {
    const feed = new EventFeed();
    feed.push(line(103, 'info', { client: '10.0.0.7:1', destination: 'www.Test.com:443' }));
    feed.push(line(103, 'info', { client: '10.0.0.8:1', detail: '10.0.0.7' }));
    assert.equal(feed.recent({ ...ALL, client: '10.0.0.7' }, 9).length, 1);
    assert.equal(feed.recent({ ...ALL, text: '10.0.0.7' }, 9).length, 2);
    assert.equal(feed.recent({ ...ALL, text: 'www.test.COM' }, 9).length, 1);
    assert.equal(feed.recent({ ...ALL, events: [10] }, 9).length, 0);
  });

  it('remembers refusals longer than the busy hour that passed over them, and counts none twice', () => {
    const feed = new EventFeed();
    feed.push(line(105, 'warn', { destination: 'strange.test:443' }));
    for (let batch = 0; batch < 200; batch += 1) feed.push(line(103, 'info', { n: batch }).repeat(200));
    const found = feed.recent({ ...ALL, text: 'strange.test' }, 10);
    assert.equal(found.length, 1);
    feed.push(line(105, 'warn', { destination: 'other.test:443' }));
    assert.equal(feed.recent({ ...ALL, events: [105] }, 10).length, 2);
  });

  it('keeps a bounded number of lines', () => {
    const feed = new EventFeed();
    for (let number = 0; number < 20_000; number += 1) feed.push(line(105, 'warn', { number, pad: 'x'.repeat(200) }));
    const kept = feed.recent(ALL, 100_000);
    assert.ok(kept.length < 8_000, `${kept.length} lines are kept`);
    assert.match(kept.at(-1) ?? '', /"number":19999/);
  });

  it('tells followers what is to come, each what fits it, until they leave', () => {
    const feed = new EventFeed();
    feed.push(line(103, 'info'));
    const got: string[] = [];
    const stop = feed.follow({ ...ALL, events: [105] }, (text) => got.push(text));
    assert.ok(stop !== null);
    feed.push(line(105, 'warn') + line(103, 'info'));
    assert.deepEqual(got, [line(105, 'warn').trimEnd()]);
    stop();
    feed.push(line(105, 'warn'));
    assert.equal(got.length, 1);
  });

  it('takes a bounded number of followers', () => {
    const feed = new EventFeed();
    const stops = Array.from({ length: 64 }, () => feed.follow(ALL, (text) => text));
    assert.ok(stops.every((stop) => stop !== null));
    assert.equal(
      feed.follow(ALL, (text) => text),
      null,
    );
    stops[0]?.();
    assert.notEqual(
      feed.follow(ALL, (text) => text),
      null,
    );
  });
});
