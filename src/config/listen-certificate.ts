import { X509Certificate, createPrivateKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Problem } from './problems.ts';
import type { Config } from './schema.ts';

/** The certificate with which the gateway speaks TLS to its clients: read, and held against its key. */

/** PEM texts and parameters of `listen.tls`. Travels by message only, as passwords do. */
export interface ListenTls {
  readonly certificate: string;
  readonly key: string;
  /** "": clients are asked for no certificate. */
  readonly clientAuthorities: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  /** 48 bytes in hex: the same in all workers, so that a client resumes wherever it lands, and new with each certificate. */
  readonly ticketKeys: string;
}

const TICKET_KEY_BYTES = 48;

/** Null when clients speak plain HTTP. @throws an errno error when a file cannot be read */
export function readListenTls({ listen }: Pick<Config, 'listen'>): ListenTls | null {
  const { certificate, key, clientAuthorities, minVersion } = listen.tls;
  if (certificate === '') return null;
  return {
    certificate: readFileSync(certificate, 'utf8'),
    key: readFileSync(key, 'utf8'),
    clientAuthorities: clientAuthorities === '' ? '' : readFileSync(clientAuthorities, 'utf8'),
    minVersion: minVersion === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
    ticketKeys: randomBytes(TICKET_KEY_BYTES).toString('hex'),
  };
}

/** What is wrong with certificate and key together; null when clients can be served with them. */
export function listenCertificateProblem(config: Pick<Config, 'listen'>): Problem | null {
  try {
    const read = readListenTls(config);
    if (read === null) return null;
    const belongs = new X509Certificate(read.certificate).checkPrivateKey(createPrivateKey(read.key));
    if (belongs) return null;
    return {
      path: 'listen.tls.key',
      message: `${config.listen.tls.key} is the key of another certificate; expected the one of ${config.listen.tls.certificate}`,
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { path: 'listen.tls.certificate', message: `cannot be used with its key (${code ?? message})` };
  }
}
