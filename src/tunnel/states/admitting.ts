import { formatAuthority } from '../../address/authority.ts';
import type { Fields, RefusalReason } from '../../events/reasons.ts';
import type { Command } from '../command.ts';
import type { Input } from '../input.ts';
import { refuseRequest } from '../refuse.ts';
import type { SessionContext, State } from '../state.ts';
import { keepEarly } from './early-bytes.ts';
import { judgeTarget } from './reading-request.ts';

/**
 * The request is read, and it is asked whether the client may have a tunnel: first who it is, then, once the destination is
 * found allowed, whether there is room. Neither is answered by the session itself, because neither fits in one loop.
 */
export type Admitting = Extract<State, { name: 'admitting' }>;

export function admitting(
  state: Admitting,
  input: Input,
  context: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  switch (input.kind) {
    case 'received':
      return keepEarly(state, input.bytes, context, out);
    case 'authenticated':
      return state.asked === 'user' ? authenticated(state, input, context, nowMs, out) : state;
    case 'admitted':
      if (state.asked !== 'room') return state;
      if (input.reason === null) return dial(state, nowMs, out);
      return refuse(state, input.reason, { address: state.client, ...input.fields }, out);
    case 'deadline':
      return refuse(state, 'gateway-busy', { detail: 'it took too long' }, out);
    case 'lost':
      return gone(state, input.reset ? 'client-reset' : 'client-lost', { detail: input.detail }, out);
    case 'dialed':
    case 'dial-failed':
    case 'server-verified':
    case 'ended':
      return state;
  }
}

function authenticated(
  state: Admitting,
  { verdict, user }: Extract<Input, { kind: 'authenticated' }>,
  context: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  switch (verdict) {
    case 'known':
      out.push({ kind: 'user-is', user });
      return judgeTarget(state, context, nowMs, out);
    case 'unknown':
      return refuse(state, 'authentication-failed', {}, out);
    case 'busy':
      return refuse(state, 'gateway-busy', { detail: 'too many passwords are being verified' }, out);
  }
}

/** The client may have its tunnel. */
export function dial(
  { target, held, paused }: Pick<Admitting, 'target' | 'held' | 'paused'>,
  nowMs: number,
  out: Command[],
): State {
  out.push({ kind: 'dial', destination: target });
  return { name: 'dialing', target, held, paused, connectMs: nowMs };
}

function refuse({ target }: Admitting, reason: RefusalReason, fields: Fields, out: Command[]): State {
  refuseRequest(reason, { destination: formatAuthority(target), ...fields }, out);
  return { name: 'closed', target };
}

function gone({ target }: Admitting, reason: 'client-reset' | 'client-lost', fields: Fields, out: Command[]): State {
  out.push({ kind: 'close', reason, fields: { destination: formatAuthority(target), ...fields }, silent: false });
  return { name: 'closed', target };
}
