import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as states from '../../../src/engine/linux/connection-state.ts';
import { EPOLLERR, EPOLLET, EPOLLHUP, EPOLLOUT, EPOLLPRI, EPOLLRDHUP } from '../../../src/engine/linux/libc.ts';

describe('the states of a connection', () => {
  it('are a bit each, so that they may hold together', () => {
    const values = Object.entries(states).flatMap(([name, bit]) => (name.endsWith('_EVENTS') ? [] : [bit]));
    assert.ok(values.length >= 10);
    for (const bit of values) assert.ok(bit > 0 && (bit & (bit - 1)) === 0, String(bit));
    assert.equal(new Set(values).size, values.length);
  });

  it('are entered by edges that are watched; failure and hang-up are reported unasked (epoll_ctl(2))', () => {
    const asked = states.CONNECTION_EVENTS | EPOLLERR | EPOLLHUP;
    assert.equal(states.READ_OUT_EVENTS & ~asked, 0);
    for (const event of [EPOLLET, EPOLLOUT, EPOLLPRI, EPOLLRDHUP]) assert.ok((states.CONNECTION_EVENTS & event) !== 0);
    assert.equal(states.READ_OUT_EVENTS & EPOLLOUT, 0);
  });
});
