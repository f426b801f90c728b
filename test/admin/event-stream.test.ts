import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { AdminServer } from '../../src/admin/server.ts';
import { startAdminServer } from '../../src/admin/server.ts';
import { followAdmin } from '../../src/cli/admin-client.ts';
import { EventFeed } from '../../src/events/feed.ts';
import { adminTable } from '../support/admin-table.ts';
import { freePort } from '../support/gateway.ts';

function line(event: number, n: number, pad = ''): string {
  return `${JSON.stringify({ level: event === 105 ? 'warn' : 'info', time: 't', event, msg: 'm', n, pad })}\n`;
}

async function until(ready: () => boolean): Promise<void> {
  const limit = performance.now() + 10_000;
  while (!ready() && performance.now() < limit) await delay(5);
  assert.ok(ready());
}

describe('/events', () => {
  const feed = new EventFeed();
  let server: AdminServer;
  let port: number;

  before(async () => {
    port = await freePort();
    server = await startAdminServer({ gateway: adminTable({ feed }), host: '127.0.0.1', port, token: '' });
    feed.push(line(103, 1) + line(105, 2));
  });
  after(() => server.close());

  it('gives recent events and those to come to each follower, as it asked', async () => {
    const stop = new AbortController();
    const got: { n: number }[] = [];
    const done = followAdmin(
      { url: server.url, token: '' },
      '/events?event=105&recent=5',
      (text) => got.push(JSON.parse(text) as { n: number }),
      stop.signal,
    );
    await until(() => got.length === 1);
    feed.push(line(103, 3) + line(105, 4));
    await until(() => got.length === 2);
    stop.abort();
    assert.equal(await done, null);
    assert.deepEqual(
      got.map(({ n }) => n),
      [2, 4],
    );
  });

  it('gives them in the language that is asked for, as a stream and as JSON', async () => {
    const refused = {
      level: 'warn',
      time: 't',
      event: 105,
      msg: 'English',
      reason: 'host-not-allowed',
      host: 'a.test',
    };
    feed.push(`${JSON.stringify(refused)}\n`);
    const german = 'Zielhost (a.test) ist verboten.';
    const answer = await fetch(`${server.url}/events?follow=false&text=a.test&language=de`);
    const { events } = (await answer.json()) as { events: { msg: string; host: string }[] };
    assert.deepEqual([events.length, events[0]?.host], [1, 'a.test']);
    assert.ok(events[0]?.msg.startsWith(german), events[0]?.msg);
    const stop = new AbortController();
    const got: string[] = [];
    const path = '/events?text=a.test&language=de';
    const done = followAdmin({ url: server.url, token: '' }, path, (text) => got.push(text), stop.signal);
    await until(() => got.length === 1);
    stop.abort();
    await done;
    assert.ok((JSON.parse(got[0] ?? '') as { msg: string }).msg.startsWith(german), got[0]);
    const unknown = await fetch(`${server.url}/events?follow=false&language=xx`);
    assert.equal(unknown.status, 400);
    feed.push(line(105, 4));
  });

  it('gives recent events as JSON', async () => {
    const answer = await fetch(`${server.url}/events?follow=false&recent=2`);
    const { events } = (await answer.json()) as { events: { n: number }[] };
    assert.equal(events.length, 2);
    assert.equal(events.at(-1)?.n, 4);
  });

  it('keeps a bounded amount for a follower that does not read, and tells it how much it missed', async () => {
    const socket = connect(port, '127.0.0.1').pause();
    socket.on('error', () => undefined);
    socket.write('GET /events?recent=0 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await delay(100);
    const before = process.memoryUsage().rss;
    for (let n = 0; n < 20_000; n += 1) feed.push(line(103, n, 'x'.repeat(1_000)));
    assert.ok(process.memoryUsage().rss - before < 100e6);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.resume();
    await delay(200);
    feed.push(line(103, 99_999));
    await until(() => text.includes('"n":99999'));
    const dropped = Number(/event: dropped\ndata: \{"dropped":(\d+)\}/.exec(text)?.[1]);
    const received = (text.match(/"n":/g) ?? []).length - 1;
    assert.ok(dropped > 5_000, String(dropped));
    assert.equal(dropped + received, 20_000);
    socket.destroy();
  });

  it('lets a follower that has left go', async () => {
    const sockets = Array.from({ length: 64 }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
      return socket;
    });
    assert.equal(await statusSoon(server.url, 503), 503, 'with all places taken');
    for (const socket of sockets) socket.destroy();
    assert.equal(await statusSoon(server.url, 200), 200, 'after they have gone');
  });
});

/** Follows the events briefly, again and again, until the answer is `wanted` or five seconds are over; the last answer's status. */
async function statusSoon(url: string, wanted: number): Promise<number> {
  let status = 0;
  for (let attempt = 0; attempt < 50 && status !== wanted; attempt += 1) {
    if (attempt > 0) await delay(100);
    const stop = new AbortController();
    ({ status } = await fetch(`${url}/events`, { signal: stop.signal }));
    stop.abort();
  }
  return status;
}
