import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { requireProgram } from './programs.ts';

/** Certificates made by openssl in a folder of their own: authorities, servers, clients, good and bad ones. */

export interface Issued {
  /** PEM files. */
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly pem: string;
  readonly der: Uint8Array;
}

export interface Wish {
  /** As openssl takes it, e.g. "/CN=a/CN=b/O=c". */
  readonly subject: string;
  /** Absent: signed by itself. */
  readonly issuer?: Issued;
  /** Lines of extensions, e.g. "basicConstraints=critical,CA:TRUE". */
  readonly extensions?: readonly string[];
  /** Arguments of `openssl req -newkey`; P-256 unless given. */
  readonly key?: readonly string[];
  readonly digest?: 'sha1' | 'sha256' | 'sha384';
  /** Further arguments of `openssl req -x509`. */
  readonly more?: readonly string[];
}

export const RSA_KEY = ['rsa:2048'];
export const EC_KEY = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
/** What makes a certificate an authority, or a server's. */
export const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];

export function serverFor(...names: readonly string[]): string[] {
  return [`subjectAltName=${names.join(',')}`, 'basicConstraints=critical,CA:FALSE', 'extendedKeyUsage=serverAuth'];
}

export class Pki {
  readonly directory = mkdtempSync(join(tmpdir(), 'oms-gateway-pki-'));
  readonly #openssl: string;
  #issued = 0;

  private constructor(openssl: string) {
    this.#openssl = openssl;
  }

  /** Null when openssl is missing and the test was skipped for it. */
  static open(context: TestContext): Pki | null {
    const openssl = requireProgram('openssl', context);
    return openssl === null ? null : new Pki(openssl);
  }

  issue({ subject, issuer, extensions = [], key = EC_KEY, digest = 'sha256', more = [] }: Wish): Issued {
    this.#issued += 1;
    const certificateFile = join(this.directory, `${this.#issued}.pem`);
    const keyFile = join(this.directory, `${this.#issued}.key`);
    const signer = issuer === undefined ? [] : ['-CA', issuer.certificateFile, '-CAkey', issuer.keyFile];
    execFileSync(
      this.#openssl,
      [
        ...['req', '-x509', '-newkey', ...key, '-nodes', '-keyout', keyFile, '-out', certificateFile, `-${digest}`],
        ...['-days', '30', '-utf8', '-config', this.#configuration(), '-subj', subject, ...signer, ...more],
        ...extensions.flatMap((line) => ['-addext', line]),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const pem = readFileSync(certificateFile, 'ascii');
    return { certificateFile, keyFile, pem, der: derOf(pem) };
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Without the system's, which would add extensions of its own. */
  #configuration(): string {
    const file = join(this.directory, 'openssl.cnf');
    writeFileSync(file, '[req]\ndistinguished_name = dn\n[dn]\n');
    return file;
  }
}

function derOf(pem: string): Uint8Array {
  return Uint8Array.from(Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ''), 'base64'));
}
