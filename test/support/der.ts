import { readFileSync } from 'node:fs';

/** Builds DER byte by byte, and certificates of it, well formed unless a test wants otherwise. Signatures are zeros. */

/** One element; lengths in the fewest bytes. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(tag, ...lengthBytes(content.length)), content]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 0x100)) bytes.unshift(rest % 0x100);
  return [0x80 | bytes.length, ...bytes];
}

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 0x80];
    for (let left = Math.floor(arc / 0x80); left > 0; left = Math.floor(left / 0x80))
      digits.unshift((left % 0x80) | 0x80);
    return digits;
  });
  return tlv(0x06, Uint8Array.from(bytes));
}

/** One attribute of a name: type, text or bytes, tag of the string (UTF8String unless given). */
export type Attribute = readonly [type: string, value: string | Uint8Array, tag?: number];

/** A Name of relative names with one attribute each. */
export function derName(attributes: readonly Attribute[]): Uint8Array {
  return tlv(0x30, ...attributes.map((attribute) => tlv(0x31, derAttribute(attribute))));
}

export function derAttribute([type, value, tag = 0x0c]: Attribute): Uint8Array {
  return tlv(0x30, oid(type), tlv(tag, typeof value === 'string' ? Buffer.from(value) : value));
}

export function derTime(text: string): Uint8Array {
  return tlv(text.length > 13 ? 0x18 : 0x17, Buffer.from(text));
}

export interface CertificateParts {
  readonly subject?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly validity?: Uint8Array;
  /** Whole extensions, see `derExtension`; absent: none. */
  readonly extensions?: readonly Uint8Array[];
}

/** An X.509 certificate of these parts. */
export function buildCertificate(parts: CertificateParts = {}): Uint8Array {
  const algorithm = tlv(0x30, oid('1.2.840.113549.1.1.11'), tlv(0x05));
  const name = derName([['2.5.4.3', 'Gateway']]);
  const body = tlv(
    0x30,
    tlv(0xa0, tlv(0x02, Uint8Array.of(2))),
    tlv(0x02, Uint8Array.of(0x12, 0x34)),
    algorithm,
    parts.issuer ?? name,
    parts.validity ?? tlv(0x30, derTime('260101000000Z'), derTime('20510101000000Z')),
    parts.subject ?? name,
    tlv(0x30, algorithm, tlv(0x03, new Uint8Array(17))),
    ...(parts.extensions === undefined ? [] : [tlv(0xa3, tlv(0x30, ...parts.extensions))]),
  );
  return tlv(0x30, body, algorithm, tlv(0x03, new Uint8Array(17)));
}

export function derExtension(type: string, value: Uint8Array, critical = false): Uint8Array {
  return tlv(0x30, oid(type), ...(critical ? [tlv(0x01, Uint8Array.of(0xff))] : []), tlv(0x04, value));
}

const folder = new URL('../../../test/tls/fixtures/certificates/', import.meta.url);

/** A recorded certificate, in DER; its origin is in test/tls/fixtures/README.md. */
export function recordedCertificate(name: string): Uint8Array {
  const pem = readFileSync(new URL(`${name}.pem`, folder), 'ascii');
  return Uint8Array.from(Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ''), 'base64'));
}
