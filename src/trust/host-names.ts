import type { Host } from '../address/host.ts';
import { ipFromBytes } from '../address/ip.ts';
import type { Certificate } from '../tls/certificate.ts';

/**
 * Is this certificate for that host (RFC 9525 section 6)? Only subjectAltName counts, a CN never does; a wildcard stands
 * for exactly one label, the whole left-most one, and never for what is right below a top-level domain.
 */
export function coversHost({ dnsNames, ipAddresses }: Certificate, host: Host): boolean {
  if (host.kind === 'ip') return ipAddresses.some((bytes) => sameBytes(bytes, host.address.bytes));
  const dot = host.text.indexOf('.');
  const parent = dot < 0 ? '' : host.text.slice(dot + 1);
  const wildcard = parent.includes('.') ? `*.${parent}` : null;
  return dnsNames.some((name) => {
    const lower = name.toLowerCase();
    return lower === host.text || lower === wildcard;
  });
}

/** What the certificate is for, for messages: the first few names. */
export function namesText({ dnsNames, ipAddresses }: Certificate): string {
  const names = [...dnsNames.slice(0, NAMED), ...ipAddresses.slice(0, NAMED).map((bytes) => addressText(bytes))];
  const total = dnsNames.length + ipAddresses.length;
  const shown = names.slice(0, NAMED).map((name) => name.slice(0, NAME_LIMIT).replace(/[^!-~]/g, '?'));
  if (total === 0) return 'no name';
  return total > shown.length ? `${shown.join(', ')} and ${total - shown.length} more` : shown.join(', ');
}

const NAMED = 4;
const NAME_LIMIT = 100;

function addressText(bytes: Uint8Array): string {
  return ipFromBytes(bytes).text;
}

/** An address in a certificate is 4 or 16 bytes; a mapped one is the IPv4 address it stands for. */
function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  const { bytes } = ipFromBytes(one);
  return bytes.length === other.length && bytes.every((byte, index) => byte === other[index]);
}
