import { generate } from 'selfsigned';

/** A certificate made on the fly that is its own authority: trust it, and the names it was made for verify. */
export interface TestCertificate {
  /** PEM, to be used as certificate and as trusted CA. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export async function makeCertificate(names: readonly string[]): Promise<TestCertificate> {
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, keyEncipherment: true },
      { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2 as const, value })) },
    ],
  });
  return { certificate: made.cert, key: made.private };
}
