import { parseIp } from '../address/ip.ts';
import type { ParsedProxyHeader } from './header.ts';

/** Version 1: one line of text, "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443" and CR LF (section 2.1). */

/** The longest line there can be, CR LF included. */
export const VERSION_1_LIMIT = 107;

const CR = 0x0d;
const LF = 0x0a;
/** Behind "PROXY ". */
const FIELDS_AT = 6;
const PORT = /^(?:0|[1-9]\d{0,4})$/;

/** @param buffer begins with "PROXY " */
export function readVersion1(buffer: Uint8Array, length: number): ParsedProxyHeader {
  const end = Math.min(length, VERSION_1_LIMIT);
  for (let index = FIELDS_AT; index < end; index += 1) {
    const byte = buffer[index] ?? 0;
    const behindCr = buffer[index - 1] === CR;
    if (byte === LF && behindCr) return readLine(buffer, index - 1);
    if (byte === LF || behindCr) return malformed('its line does not end in CR LF');
    if (byte !== CR && (byte < 0x20 || byte > 0x7e)) return malformed('its line has a byte in it that is no text');
  }
  if (length < VERSION_1_LIMIT) return { state: 'need-more' };
  return malformed(`its line is longer than ${VERSION_1_LIMIT} bytes`);
}

/** @param lineEnd place of the CR */
function readLine(buffer: Uint8Array, lineEnd: number): ParsedProxyHeader {
  const headerBytes = lineEnd + 2;
  const line = String.fromCharCode(...buffer.subarray(FIELDS_AT, lineEnd));
  const fields = line.split(' ');
  const [protocol = '', source = '', destination = '', sourcePort = '', destinationPort = ''] = fields;
  // What follows UNKNOWN is to be ignored, whatever it is.
  if (protocol === 'UNKNOWN') return { state: 'done', source: null, headerBytes };
  if (protocol !== 'TCP4' && protocol !== 'TCP6') return malformed('its protocol is not TCP4, TCP6 or UNKNOWN');
  if (fields.length !== 5) return malformed('its line is not five fields with single spaces between them');
  const address = addressOf(source, protocol);
  if (address === null || addressOf(destination, protocol) === null)
    return malformed(`an address of its line is none of ${protocol}`);
  const port = portOf(sourcePort);
  if (port === null || portOf(destinationPort) === null) return malformed('a port of its line is not one');
  return { state: 'done', source: { address, port }, headerBytes };
}

/** IPv4-mapped addresses come as TCP6 and become IPv4. */
function addressOf(text: string, protocol: 'TCP4' | 'TCP6'): ReturnType<typeof parseIp> {
  return text.includes(':') === (protocol === 'TCP6') ? parseIp(text) : null;
}

function portOf(text: string): number | null {
  const port = PORT.test(text) ? Number(text) : Infinity;
  return port <= 65_535 ? port : null;
}

function malformed(detail: string): ParsedProxyHeader {
  return { state: 'malformed', detail };
}
