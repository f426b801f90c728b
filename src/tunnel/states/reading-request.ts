import { formatAuthority } from '../../address/authority.ts';
import { judgeClient } from '../../policy/clients.ts';
import { judgeDestination } from '../../policy/destination.ts';
import type { Rules } from '../../policy/rules.ts';
import type { Verdict } from '../../policy/verdict.ts';
import { readBasicCredentials } from '../../http/basic-credentials.ts';
import type { Fields, RefusalReason } from '../../events/reasons.ts';
import type { ConnectRequest } from '../../http/connect-request.ts';
import { judgeGatewayClient } from '../../policy/gateway-client.ts';
import type { Command } from '../command.ts';
import { HeldBytes } from '../held-bytes.ts';
import type { Input } from '../input.ts';
import { mayPass, refuseRequest, reportWouldRefuse } from '../refuse.ts';
import { shownClient } from '../shown-certificate.ts';
import type { SessionContext, State } from '../state.ts';
import type { Admitting } from './admitting.ts';
import { dial } from './admitting.ts';

/**
 * Reading the CONNECT request: nothing is known yet, nothing is promised. Ends in a dial or in an answer that refuses.
 */
type ReadingRequest = Extract<State, { name: 'reading-request' }>;

const CLOSED: State = { name: 'closed', target: null };

export function readingRequest(
  state: ReadingRequest,
  input: Input,
  context: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  switch (input.kind) {
    case 'received':
      return received(state, input.bytes, context, nowMs, out);
    case 'ended':
      return ended(state, out);
    case 'lost':
      // A probe, or a client that changed its mind: nothing was asked, so there is nothing to report.
      out.push({
        kind: 'close',
        reason: input.reset ? 'client-reset' : 'client-lost',
        fields: { detail: input.detail },
        silent: true,
      });
      return CLOSED;
    case 'deadline':
      return refuse('request-timeout', { seconds: context.timeouts.connectRequest }, out);
    case 'dialed':
    case 'dial-failed':
    case 'authenticated':
    case 'admitted':
    case 'server-verified':
      return state;
  }
}

function received(
  state: ReadingRequest,
  bytes: Uint8Array,
  context: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  // A request that comes in one piece is read where it lies. Bytes behind it are the client's early ClientHello; the
  // read that brought them bounds them.
  const inOnePiece = state.held.length === 0;
  if (!inOnePiece) state.held.append(bytes);
  const all = inOnePiece ? bytes : state.held.bytes;
  const parsed = state.parser.read(all, all.length);
  switch (parsed.state) {
    case 'need-more':
      if (inOnePiece) state.held.append(bytes);
      return state;
    case 'malformed':
      return refuse(parsed.reason, parsed.fields, out);
    case 'done':
      return judge(state, parsed.request, all.subarray(parsed.headBytes), context, nowMs, out);
  }
}

function judge(
  state: ReadingRequest,
  request: ConnectRequest,
  early: Uint8Array,
  context: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  const { target } = request;
  const { rules } = context;
  const destination = formatAuthority(target);
  const verdict = judgeDestination(rules.destination, target);
  const fields: Record<string, string> = { destination, version: `HTTP/${request.version}` };
  if (verdict.allow) fields['rule'] = verdict.rule;
  if (request.userAgent !== null) fields['userAgent'] = request.userAgent;
  const certificate = judgeGatewayClient(shownClient(state.shown), rules.gatewayClient);
  if (certificate.allow && certificate.rule !== '') fields['clientCertificate'] = certificate.rule;
  out.push({ kind: 'report', event: 103, reason: null, fields });
  const refusals = [judgeClient(rules.clients, state.client), certificate];
  for (const each of refusals) if (!passes(each, destination, rules, out)) return { name: 'closed', target };
  const held = new HeldBytes();
  held.append(early);
  const { client } = state;
  const asking = { name: 'admitting', asked: 'user', client, target, held, paused: false } as const;
  return rules.clients.authenticated
    ? authenticate(asking, request.proxyAuthorization, out)
    : proceed(asking, verdict, context, nowMs, out);
}

/** Asks who the client is. What it says is neither kept nor told to anybody else. */
function authenticate(asking: Admitting, authorization: string | null, out: Command[]): State {
  const { target } = asking;
  const destination = formatAuthority(target);
  const credentials = authorization === null ? null : readBasicCredentials(authorization);
  if (credentials === null) {
    refuseRequest(authorization === null ? 'authentication-required' : 'authentication-failed', { destination }, out);
    return { name: 'closed', target };
  }
  out.push({ kind: 'authenticate', ...credentials });
  return asking;
}

/** It was asked who the client is, and it may come; may it go there, by the rules of now? */
export function judgeTarget(asking: Admitting, context: SessionContext, nowMs: number, out: Command[]): State {
  return proceed(asking, judgeDestination(context.rules.destination, asking.target), context, nowMs, out);
}

/** Where the destination is allowed the tunnel is dialed, or room for it is asked for. */
function proceed(
  asking: Admitting,
  verdict: Verdict,
  { rules, limited }: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  const { target } = asking;
  if (!passes(verdict, formatAuthority(target), rules, out)) return { name: 'closed', target };
  if (!limited) return dial(asking, nowMs, out);
  out.push({ kind: 'admit' });
  return { ...asking, asked: 'room' };
}

/** Refuses what is not allowed. @returns false when it has been refused */
function passes(verdict: Verdict, destination: string, rules: Rules, out: Command[]): boolean {
  if (verdict.allow) return true;
  const { reason } = verdict;
  const fields = { destination, ...verdict.fields };
  const reportOnly = mayPass(reason, rules.mode);
  if (reportOnly) reportWouldRefuse(reason, fields, out);
  // These policies only give reasons that carry an answer status; their tests hold them to that.
  else refuseRequest(reason as RefusalReason, fields, out);
  return reportOnly;
}

function ended(state: ReadingRequest, out: Command[]): State {
  if (state.held.length === 0) {
    // Opened and closed without a byte: how load balancers probe.
    out.push({ kind: 'close', reason: 'client-closed', fields: {}, silent: true });
    return CLOSED;
  }
  return refuse('malformed-request', { detail: 'the connection ended inside the header section' }, out);
}

function refuse(reason: RefusalReason, fields: Fields, out: Command[]): State {
  refuseRequest(reason, fields, out);
  return CLOSED;
}
