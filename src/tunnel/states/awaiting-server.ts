import type { Fields, Reason } from '../../events/reasons.ts';
import type { Command } from '../command.ts';
import type { Input } from '../input.ts';
import { refuseHandshake } from '../refuse.ts';
import type { SessionContext, State } from '../state.ts';
import { lossReason } from './observing-hello.ts';

/**
 * The ClientHello is on its way. The first byte that comes back tells whether a TLS server answers; from then on the
 * tunnel is opaque. Early data of the client goes on meanwhile.
 */
type AwaitingServer = Extract<State, { name: 'awaiting-server' }>;

/** ContentType values, RFC 8446 section 5.1. */
const ALERT = 0x15;
const HANDSHAKE = 0x16;

export function awaitingServer(state: AwaitingServer, input: Input, context: SessionContext, out: Command[]): State {
  switch (input.kind) {
    case 'received':
      if (input.from === 'origin') return answered(state, input.bytes, out);
      out.push({ kind: 'send', to: 'origin', bytes: input.bytes });
      return state;
    case 'ended':
      if (input.from === 'origin') return close(state, 'origin-closed', {}, out);
      out.push({ kind: 'end', to: 'origin' });
      return state;
    case 'lost':
      return close(state, lossReason(input), { detail: input.detail }, out);
    case 'deadline':
      return refuse(state, 'handshake-timeout', { seconds: context.timeouts.handshake }, out);
    case 'dialed':
    case 'dial-failed':
      return state;
  }
}

function answered(state: AwaitingServer, bytes: Uint8Array, out: Command[]): State {
  const contentType = bytes[0] ?? 0;
  if (contentType !== HANDSHAKE && contentType !== ALERT) {
    const detail = `its first byte is 0x${contentType.toString(16).padStart(2, '0')}`;
    return refuse(state, 'server-not-tls', { detail }, out);
  }
  if (contentType === HANDSHAKE) {
    out.push({ kind: 'report', event: 107, reason: null, fields: { sni: state.serverName ?? '' } });
  }
  out.push({ kind: 'send', to: 'client', bytes });
  out.push({ kind: 'go-opaque' });
  return { name: 'opaque', target: state.target };
}

function refuse(state: AwaitingServer, reason: Reason, fields: Fields, out: Command[]): State {
  refuseHandshake(reason, { host: state.target.host.text, ...fields }, out);
  return { name: 'closed', target: state.target };
}

function close(state: AwaitingServer, reason: Reason, fields: Fields, out: Command[]): State {
  out.push({ kind: 'close', reason, fields, silent: false });
  return { name: 'closed', target: state.target };
}
