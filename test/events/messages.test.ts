import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EVENTS } from '../../src/events/catalogue.ts';
import { messageOf } from '../../src/events/messages.ts';
import type { Notice } from '../../src/events/notices.ts';
import { NOTICES } from '../../src/events/notices.ts';
import type { Reason } from '../../src/events/reasons.ts';
import { REASONS } from '../../src/events/reasons.ts';

describe('sentences of events', () => {
  it('tell at the end of a tunnel how it ended, the bytes each way and how long it lasted', () => {
    const counts = { bytesUp: 200_000, bytesDown: 512, durationMs: 61, endedBy: 'client' };
    assert.equal(
      messageOf(100, 'client-closed', { destination: 'a.test:443', ...counts }),
      'Tunnel to a.test:443 ended: closed by the client; 200000 bytes up, 512 bytes down, 61 ms, ended by client.',
    );
  });

  it('are those of a tunnel only where the counts of a tunnel are', () => {
    assert.equal(messageOf(100, 'client-closed', {}), REASONS['client-closed'].text);
  });

  it('exist for every event, reason and notice', () => {
    for (const event of Object.keys(EVENTS)) {
      assert.notEqual(messageOf(Number(event) as keyof typeof EVENTS, null, {}), '', event);
    }
    for (const reason of Object.keys(REASONS) as Reason[]) {
      assert.ok(messageOf(REASONS[reason].event, reason, {}).length > 10, reason);
    }
    for (const notice of Object.keys(NOTICES) as Notice[]) {
      assert.ok(messageOf(NOTICES[notice].event, notice, {}).length > 10, notice);
    }
  });

  it('have names of their own, so that a notice is never taken for a reason', () => {
    const shared = Object.keys(NOTICES).filter((name) => Object.hasOwn(REASONS, name));
    assert.deepEqual(shared, []);
  });
});
