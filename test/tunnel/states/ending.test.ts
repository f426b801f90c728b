import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Input } from '../../../src/tunnel/input.ts';
import { recording } from '../../support/recordings.ts';
import { Replay, replayContext } from '../../support/replay.ts';

/** A session that the server has ended with an alert. */
function ending(): Replay {
  return new Replay(replayContext()).play(recording('tls13-refused-version').turns);
}

function closing(replay: Replay): unknown {
  const close = replay.commands.at(-1);
  return close?.kind === 'close' ? [close.reason, close.fields] : close;
}

const lost = (from: 'client' | 'origin'): Input => ({ kind: 'lost', from, reset: true, detail: 'ECONNRESET' });

describe('a session that a fatal alert has ended', () => {
  it('passes on nothing more, from neither side', () => {
    const replay = ending();
    const before = replay.outcome;
    replay.send('client', Uint8Array.of(1, 2, 3)).send('origin', Uint8Array.of(4, 5, 6));
    assert.deepEqual(replay.outcome, before);
    assert.equal(replay.outcome.state, 'ending');
  });

  it('is closed once both sides are, and the alert is the reason', () => {
    const replay = ending().on({ kind: 'ended', from: 'origin' });
    assert.deepEqual(replay.commands.at(-1), { kind: 'end', to: 'client' });
    replay.on({ kind: 'ended', from: 'client' });
    assert.deepEqual(closing(replay), ['origin-alert', { alert: 'protocol_version' }]);
  });

  it('is closed when time is over, or a side is lost', () => {
    assert.deepEqual(closing(ending().on({ kind: 'deadline' })), ['origin-alert', { alert: 'protocol_version' }]);
    const fields = { alert: 'protocol_version', detail: 'ECONNRESET' };
    assert.deepEqual(closing(ending().on(lost('origin'))), ['origin-alert', fields]);
    assert.deepEqual(closing(ending().on(lost('client'))), ['client-reset', fields]);
  });
});
