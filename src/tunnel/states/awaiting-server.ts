import type { Command } from '../command.ts';
import type { Input } from '../input.ts';
import type { State } from '../state.ts';
import type { Course } from '../watched-handshake.ts';
import { lossReason } from './observing-hello.ts';

/**
 * The ClientHello is on its way, and both sides are watched until the handshake is over: first for the ServerHello, then
 * for what follows it. Two states, so that the log and the picture tell how far a session has come; one way to go on.
 */
export type Watching = Extract<State, { name: 'awaiting-server' | 'observing-handshake' }>;

export function awaitingServer(state: Watching, input: Input, nowMs: number, out: Command[]): State {
  const { handshake } = state;
  switch (input.kind) {
    case 'received':
      return after(state, handshake.received(input.from, input.bytes, nowMs, out));
    case 'server-verified':
      return after(state, handshake.serverVerified(input.ok, input.fields, nowMs, out));
    case 'ended':
      if (input.from === 'client') return after(state, handshake.clientEnded(out));
      out.push({ kind: 'close', reason: 'origin-closed', fields: {}, silent: false });
      return { name: 'closed', target: state.target };
    case 'lost':
      out.push({ kind: 'close', reason: lossReason(input), fields: { detail: input.detail }, silent: false });
      return { name: 'closed', target: state.target };
    case 'deadline':
      return after(state, handshake.late(out));
    case 'authenticated':
    case 'admitted':
    case 'dialed':
    case 'dial-failed':
      return state;
  }
}

/** Where a session is after its handshake has taken an input. */
export function after({ target, handshake, name }: Watching, course: Course): State {
  switch (course) {
    case 'going-on':
      return handshake.isAnswered && name === 'awaiting-server'
        ? { name: 'observing-handshake', target, handshake }
        : { name, target, handshake };
    case 'opaque':
      return { name: 'opaque', target };
    case 'client-alert':
    case 'origin-alert':
      return { name: 'ending', target, reason: course, alert: handshake.alert, ended: null };
    case 'closed':
      return { name: 'closed', target };
  }
}
