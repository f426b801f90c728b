import type { Fields, RefusalReason } from '../events/reasons.ts';
import { reasonRow } from '../events/reasons.ts';
import { fillText } from '../languages/text.ts';

/**
 * What the gateway says on the proxy port. A refusal is a complete HTTP/1.1 response that a person can read in the
 * output of an agent; it never repeats what the client sent in header fields (CVE-2025-62168).
 */

const STATUS_TEXT = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
} as const;

const ESTABLISHED = ascii('HTTP/1.1 200 Connection established\r\n\r\n');
const BODY_LIMIT = 1024;

/** The 39 bytes that open a tunnel, as the reference gateway sends them (RFC 9110 section 9.3.6). Do not modify. */
export function established(): Uint8Array {
  return ESTABLISHED;
}

/** The response that refuses a request; the connection is closed behind it. */
export function refusal(reason: RefusalReason, fields: Fields): Uint8Array {
  const row = reasonRow(reason);
  const status = row.status ?? 400;
  const sentence = printable(fillText(row.text, fields)).slice(0, BODY_LIMIT);
  const body = `${sentence}\n`;
  // RFC 9110 section 9.3.2: what is said of the content, without the content.
  const content = fields['method'] === 'HEAD' ? '' : body;
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_TEXT[status]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${body.length}`,
    `Proxy-Status: ${proxyStatus(row.proxyError ?? 'proxy_internal_error', fields['receivedStatus'], sentence)}`,
  ];
  // RFC 7617 section 2.1: user name and password are UTF-8.
  if (status === 407) lines.push('Proxy-Authenticate: Basic realm="OMS Gateway", charset="UTF-8"');
  if (status === 405) lines.push('Allow: CONNECT');
  return ascii(`${lines.join('\r\n')}\r\n\r\n${content}`);
}

/** RFC 9209 section 2; details is an RFC 8941 string, received-status what a relay in front answered. */
function proxyStatus(error: string, received: Fields[string] | undefined, sentence: string): string {
  const status = typeof received === 'number' ? `; received-status=${received}` : '';
  return `oms-gateway; error=${error}${status}; details="${quoted(sentence)}"`;
}

/** Replaces everything but printable ASCII, so that no field can end a line or start another. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
