import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { readCertificate } from '../tls/certificate.ts';
import { nameKey } from '../tls/distinguished-name.ts';

/** The authorities that are trusted: those of a file, or those of the system and of Node.js. */

/** Trusted certificates by the key of their subject, in DER. */
export type Anchors = ReadonlyMap<string, readonly Uint8Array[]>;

/** Where Linux distributions and BSDs keep what they trust, as one file. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * Reads the authorities once. What is no certificate in a system's bundle is left out; in a file that was named it is an error.
 * @param file PEM, or "" for those of the system
 * @throws when the file cannot be read, holds none, or one that cannot be parsed
 */
export function loadAnchors(file: string): Anchors {
  if (file !== '') return index(namedFile(file));
  const bundles = SYSTEM_BUNDLES.flatMap((path) => {
    try {
      return pemCertificates(readFileSync(path, 'latin1'));
    } catch {
      return [];
    }
  });
  return index([...[...tls.rootCertificates, ...systemCertificates()].flatMap(pemCertificates), ...bundles]);
}

/** The DER of every certificate in a PEM text (RFC 7468); other blocks and texts between them are skipped. */
export function pemCertificates(text: string): Uint8Array[] {
  const blocks = text.matchAll(/-----BEGIN (?:X509 )?CERTIFICATE-----([^-]*)-----END /g);
  return Array.from(blocks, ([, base64 = '']) => Uint8Array.from(Buffer.from(base64, 'base64')));
}

function namedFile(file: string): Uint8Array[] {
  const certificates = pemCertificates(readFileSync(file, 'latin1'));
  if (certificates.length === 0) throw new Error(`${file} holds no certificate in PEM form`);
  for (const [number, der] of certificates.entries()) {
    const read = readCertificate(der);
    if (!read.ok) throw new Error(`certificate ${number + 1} in ${file} cannot be read: ${read.detail}`);
  }
  return certificates;
}

function index(certificates: readonly Uint8Array[]): Anchors {
  const anchors = new Map<string, Uint8Array[]>();
  for (const der of certificates) {
    const read = readCertificate(der);
    if (!read.ok) continue;
    const key = nameKey(read.certificate.subject);
    const known = anchors.get(key);
    if (known === undefined) anchors.set(key, [der]);
    else if (!known.some((each) => Buffer.compare(each, der) === 0)) known.push(der);
  }
  return anchors;
}

/** What the operating system trusts, in PEM: the only way to it on Windows and macOS. Empty before Node.js 22.15. */
function systemCertificates(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'system') => string[] };
  try {
    return getCACertificates?.('system') ?? [];
  } catch {
    return [];
  }
}
