import { judgeClientHello } from '../../policy/tls-session.ts';
import type { Fields, Reason } from '../../events/reasons.ts';
import type { Command } from '../command.ts';
import type { Input } from '../input.ts';
import { refuseHandshake } from '../refuse.ts';
import type { SessionContext, State } from '../state.ts';

/**
 * Waiting for a whole ClientHello. Nothing goes to the destination before the hello is judged; then everything the
 * client has sent goes at once, unchanged.
 */
type ObservingHello = Extract<State, { name: 'observing-hello' }>;

export function observingHello(state: ObservingHello, input: Input, context: SessionContext, out: Command[]): State {
  switch (input.kind) {
    case 'received':
      // In TLS the client speaks first; a destination that greets is some other protocol.
      if (input.from === 'origin') return refuse(state, 'origin-spoke-first', {}, out);
      state.held.append(input.bytes);
      return judgeHeld(state, context, out);
    case 'ended':
      return close(state, input.from === 'client' ? 'client-closed' : 'origin-closed', {}, out);
    case 'lost':
      return close(state, lossReason(input), { detail: input.detail }, out);
    case 'deadline':
      return refuse(state, 'hello-timeout', { seconds: context.timeouts.clientHello }, out);
    case 'dialed':
    case 'dial-failed':
      return state;
  }
}

/** Judges the bytes held so far; forwards them all once the hello is whole and allowed. */
export function judgeHeld(state: ObservingHello, context: SessionContext, out: Command[]): State {
  const parsed = state.assembler.read(state.held.buffer, state.held.length);
  switch (parsed.state) {
    case 'need-more':
      return state;
    case 'malformed':
      return refuse(state, parsed.reason, parsed.fields, out);
    case 'done': {
      const verdict = judgeClientHello(parsed.hello, state.target, context.rules.tls);
      if (!verdict.allow) return refuse(state, verdict.reason, verdict.fields, out);
      out.push({ kind: 'send', to: 'origin', bytes: state.held.bytes });
      return { name: 'awaiting-server', target: state.target, serverName: parsed.hello.serverName };
    }
  }
}

/** The closing reason for a lost connection. */
export function lossReason(input: Extract<Input, { kind: 'lost' }>): Reason {
  if (input.from === 'client') return input.reset ? 'client-reset' : 'client-lost';
  return input.reset ? 'origin-reset' : 'origin-lost';
}

function refuse(state: ObservingHello, reason: Reason, fields: Fields, out: Command[]): State {
  refuseHandshake(reason, { host: state.target.host.text, ...fields }, out);
  return { name: 'closed', target: state.target };
}

function close(state: ObservingHello, reason: Reason, fields: Fields, out: Command[]): State {
  out.push({ kind: 'close', reason, fields, silent: false });
  return { name: 'closed', target: state.target };
}
