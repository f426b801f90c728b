import { generate } from 'selfsigned';

/** A certificate that is its own authority, in PEM: the load clients trust exactly this one. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes one for a host name (or an address, which then is only the common name). */
export async function makeCertificate(name: string): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, keyEncipherment: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { certificate: made.cert, key: made.private };
}
