import { parseIp } from '../../address/ip.ts';
import type { Fields } from '../../events/reasons.ts';
import { reasonRow } from '../../events/reasons.ts';
import { ConnectRequestParser } from '../../http/connect-request.ts';
import { isTrustedProxy } from '../../policy/proxy-protocol.ts';
import { readProxyHeader } from '../../proxy-protocol/header.ts';
import type { Command } from '../command.ts';
import { HeldBytes } from '../held-bytes.ts';
import type { Input } from '../input.ts';
import { refuseRequest } from '../refuse.ts';
import type { SessionContext, State } from '../state.ts';
import { readingRequest } from './reading-request.ts';

/**
 * Reading the PROXY header that a load balancer sends in front of the request (`listen.proxyProtocol`). Only a trusted
 * sender is believed; whoever gets the header wrong hears nothing, because no load balancer reads answers.
 */
type ReadingProxyHeader = Extract<State, { name: 'reading-proxy-header' }>;

const CLOSED: State = { name: 'closed', target: null };

export function readingProxyHeader(
  state: ReadingProxyHeader,
  input: Input,
  context: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  switch (input.kind) {
    case 'received':
      return received(state, input.bytes, context, nowMs, out);
    case 'ended':
      if (state.held.length > 0)
        return abort('proxy-header-malformed', { detail: 'the connection ended inside it' }, out);
      out.push({ kind: 'close', reason: 'client-closed', fields: {}, silent: true });
      return CLOSED;
    case 'lost':
      return gone(input.reset ? 'client-reset' : 'client-lost', input.detail, out);
    case 'deadline':
      return late(state, context, out);
    case 'dialed':
    case 'dial-failed':
    case 'authenticated':
    case 'admitted':
    case 'server-verified':
      return state;
  }
}

function received(
  state: ReadingProxyHeader,
  bytes: Uint8Array,
  context: SessionContext,
  nowMs: number,
  out: Command[],
): State {
  // Reset before it was accepted, as probes do: the system knows no more whose it was, and nobody is there any more.
  if (state.client === '') return gone('client-lost', 'it was gone before it was accepted', out);
  const { proxyProtocol } = context.rules;
  const trusted = isTrustedProxy(proxyProtocol, parseIp(state.client));
  const required = proxyProtocol.mode === 'require';
  if (!trusted && required) return abort('proxy-not-trusted', {}, out);
  state.held.append(bytes);
  const all = state.held.bytes;
  if (!trusted || proxyProtocol.mode === 'off') return goOn(state.client, all, context, nowMs, out);
  const header = readProxyHeader(all, all.length);
  switch (header.state) {
    case 'need-more':
      return state;
    case 'none':
      return required ? abort('proxy-header-missing', {}, out) : goOn(state.client, all, context, nowMs, out);
    case 'malformed':
      return abort('proxy-header-malformed', { detail: header.detail }, out);
    case 'done': {
      const { source } = header;
      if (source !== null) out.push({ kind: 'client-is', address: source.address.text, port: source.port });
      const client = source === null ? state.client : source.address.text;
      return goOn(client, all.subarray(header.headerBytes), context, nowMs, out);
    }
  }
}

/** What is behind the header is the request. */
function goOn(client: string, rest: Uint8Array, context: SessionContext, nowMs: number, out: Command[]): State {
  const parser = new ConnectRequestParser(context.limits);
  const next = { name: 'reading-request', client, shown: null, held: new HeldBytes(), parser } as const;
  if (rest.length === 0) return next;
  return readingRequest(next, { kind: 'received', from: 'client', bytes: rest }, context, nowMs, out);
}

function late({ held }: ReadingProxyHeader, { timeouts }: SessionContext, out: Command[]): State {
  const fields = { seconds: timeouts.connectRequest };
  if (held.length > 0) return abort('request-timeout', fields, out);
  refuseRequest('request-timeout', fields, out);
  return CLOSED;
}

function gone(reason: 'client-reset' | 'client-lost', detail: string, out: Command[]): State {
  out.push({ kind: 'close', reason, fields: { detail }, silent: true });
  return CLOSED;
}

/** Ends the connection without an answer. */
function abort(
  reason: 'proxy-header-malformed' | 'proxy-header-missing' | 'proxy-not-trusted' | 'request-timeout',
  fields: Fields,
  out: Command[],
): State {
  out.push({ kind: 'report', event: reasonRow(reason).event, reason, fields });
  out.push({ kind: 'close', reason, fields, silent: true });
  return CLOSED;
}
