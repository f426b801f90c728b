import { formatAuthority } from '../../address/authority.ts';
import { judgeDestination } from '../../policy/destination.ts';
import type { Fields, RefusalReason } from '../../events/reasons.ts';
import type { ConnectRequest } from '../../http/connect-request.ts';
import { judgeGatewayClient } from '../../policy/gateway-client.ts';
import type { Command } from '../command.ts';
import { HeldBytes } from '../held-bytes.ts';
import type { Input } from '../input.ts';
import { mayPass, refuseRequest, reportWouldRefuse } from '../refuse.ts';
import { shownClient } from '../shown-certificate.ts';
import type { SessionContext, State } from '../state.ts';

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
  const destination = formatAuthority(request.target);
  const verdict = judgeDestination(context.rules.destination, request.target);
  const fields: Record<string, string> = { destination, version: `HTTP/${request.version}` };
  if (verdict.allow) fields['rule'] = verdict.rule;
  if (request.userAgent !== null) fields['userAgent'] = request.userAgent;
  const client = judgeGatewayClient(shownClient(state.shown), context.rules.gatewayClient);
  if (client.allow && client.rule !== '') fields['clientCertificate'] = client.rule;
  out.push({ kind: 'report', event: 103, reason: null, fields });
  for (const each of [client, verdict]) {
    if (each.allow) continue;
    // Both policies only give reasons that carry an answer status; their tests hold them to that.
    const passes = mayPass(each.reason, context.rules.mode);
    if (passes) reportWouldRefuse(each.reason, { destination, ...each.fields }, out);
    else return refuse(each.reason as RefusalReason, { destination, ...each.fields }, out);
  }
  out.push({ kind: 'dial', destination: request.target });
  const held = new HeldBytes();
  held.append(early);
  return { name: 'dialing', target: request.target, held, paused: false, connectMs: nowMs };
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
