import type { Fields, Reason } from '../../events/reasons.ts';
import { judgeClientHello } from '../../policy/tls-session.ts';
import type { ParsedHello } from '../../tls/client-hello.ts';
import type { Command } from '../command.ts';
import type { Input } from '../input.ts';
import { mayPass, refuseHandshake, reportWouldRefuse } from '../refuse.ts';
import type { SessionContext, State } from '../state.ts';
import { WatchedHandshake } from '../watched-handshake.ts';
import { after } from './awaiting-server.ts';

/**
 * Waiting for a whole ClientHello. Nothing goes to the destination before the hello is judged; then it goes unchanged, and
 * what the client has sent behind it is watched like everything that follows.
 */
type ObservingHello = Extract<State, { name: 'observing-hello' }>;

export function observingHello(
  state: ObservingHello,
  input: Input,
  context: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  switch (input.kind) {
    case 'received':
      // In TLS the client speaks first; a destination that greets is some other protocol.
      if (input.from === 'origin') return spokeFirst(state, input.bytes, context, out);
      // A hello that comes whole is judged, and forwarded, where it lies.
      if (state.held.length === 0) return judgeHello(state, input.bytes, context, nowMs, out);
      state.held.append(input.bytes);
      return judgeHello(state, state.held.bytes, context, nowMs, out);
    case 'ended':
      return close(state, input.from === 'client' ? 'client-closed' : 'origin-closed', {}, out);
    case 'lost':
      return close(state, lossReason(input), { detail: input.detail }, out);
    case 'deadline':
      return refuse(state, 'hello-timeout', { seconds: context.timeouts.clientHello }, out);
    case 'dialed':
    case 'dial-failed':
    case 'authenticated':
    case 'admitted':
    case 'server-verified':
      return state;
  }
}

/**
 * Judges what the client has sent so far.
 * @param bytes all of it: what is held, or the borrowed chunk while nothing is
 */
export function judgeHello(
  state: ObservingHello,
  bytes: Uint8Array,
  context: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  const parsed = state.assembler.read(bytes, bytes.length);
  switch (parsed.state) {
    case 'need-more':
      if (state.held.length === 0) state.held.append(bytes);
      return state;
    case 'malformed':
      if (!mayPass(parsed.reason, context.rules.mode)) return refuse(state, parsed.reason, parsed.fields, out);
      reportWouldRefuse(parsed.reason, withHost(state, parsed.fields), out);
      return goOpaque(state, bytes, out);
    case 'done':
      return judged(state, parsed, bytes, context, nowMs, out);
  }
}

function judged(
  state: ObservingHello,
  { hello, consumedBytes }: Extract<ParsedHello, { state: 'done' }>,
  bytes: Uint8Array,
  context: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  const { target, connectMs } = state;
  const verdict = judgeClientHello(hello, target, context.rules.tls);
  if (!verdict.allow) {
    if (!mayPass(verdict.reason, context.rules.mode)) return refuse(state, verdict.reason, verdict.fields, out);
    reportWouldRefuse(verdict.reason, withHost(state, verdict.fields), out);
  }
  const start = { target, hello, helloBytes: consumedBytes, connectMs, flagged: !verdict.allow };
  const handshake = new WatchedHandshake(start, context);
  const next = { name: 'awaiting-server', target, handshake } as const;
  if (consumedBytes === bytes.length) {
    out.push({ kind: 'send', to: 'origin', bytes });
    return next;
  }
  out.push({ kind: 'send', to: 'origin', bytes: bytes.subarray(0, consumedBytes) });
  return after(next, handshake.received('client', bytes.subarray(consumedBytes), nowMs, out));
}

function spokeFirst(state: ObservingHello, bytes: Uint8Array, context: SessionContext, out: Command[]): State {
  if (!mayPass('origin-spoke-first', context.rules.mode)) return refuse(state, 'origin-spoke-first', {}, out);
  reportWouldRefuse('origin-spoke-first', withHost(state, {}), out);
  out.push({ kind: 'send', to: 'client', bytes });
  return goOpaque(state, state.held.bytes, out);
}

function goOpaque(state: ObservingHello, bytes: Uint8Array, out: Command[]): State {
  if (bytes.length > 0) out.push({ kind: 'send', to: 'origin', bytes });
  out.push({ kind: 'go-opaque' });
  return { name: 'opaque', target: state.target };
}

/** The closing reason for a lost connection. */
export function lossReason(input: Extract<Input, { kind: 'lost' }>): Reason {
  if (input.from === 'client') return input.reset ? 'client-reset' : 'client-lost';
  return input.reset ? 'origin-reset' : 'origin-lost';
}

function refuse(state: ObservingHello, reason: Reason, fields: Fields, out: Command[]): State {
  refuseHandshake(reason, withHost(state, fields), out);
  return { name: 'closed', target: state.target };
}

function withHost({ target }: ObservingHello, fields: Fields): Fields {
  return { host: target.host.text, ...fields };
}

function close(state: ObservingHello, reason: Reason, fields: Fields, out: Command[]): State {
  out.push({ kind: 'close', reason, fields, silent: false });
  return { name: 'closed', target: state.target };
}
