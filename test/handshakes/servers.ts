import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { endWithUs } from '../support/children.ts';
import { freePort } from '../support/gateway.ts';
import type { Issued } from '../support/pki.ts';
import type { Tap } from './tap.ts';
import { startTap } from './tap.ts';

/** Real TLS servers of two libraries, each behind a recorder. They answer a GET and close. */

export type Library = 'openssl' | 'gnutls';

export interface ServerWish {
  readonly library: Library;
  readonly certificate: Issued;
  readonly asksForCertificate: boolean;
  /** Further arguments of the program. */
  readonly more?: readonly string[];
  /** openssl only: without the status page, for what does not go with it. */
  readonly silent?: boolean;
}

export interface TlsServer {
  readonly tap: Tap;
  /** The server's own port, past recorder and gateway. */
  readonly directPort: number;
  close(): void;
}

/** Where the programs are. */
export type Programs = Readonly<Record<'openssl' | 'gnutls-serv' | 'gnutls-cli', string>>;

/** Every version the library has left; old ones need its security level lowered. */
const OPENSSL_ALL = ['-min_protocol', 'TLSv1', '-cipher', 'ALL:@SECLEVEL=0'];
const GNUTLS_ALL = 'NORMAL:+VERS-TLS1.0:+VERS-TLS1.1';

export async function startServer(programs: Programs, wish: ServerWish): Promise<TlsServer> {
  let started: Started | null = null;
  // Between finding a port and listening on it another program may take it.
  for (let attempt = 0; started === null && attempt < 3; attempt += 1) started = await start(programs, wish);
  if (started === null) throw new Error(`the ${wish.library} server did not start`);
  const { child, port } = started;
  const tap = await startTap(port);
  return {
    tap,
    directPort: port,
    close: () => {
      tap.close();
      child.kill('SIGKILL');
    },
  };
}

function openssl(program: string, port: number, wish: ServerWish): ChildProcess {
  const { certificate, asksForCertificate, more = [], silent = false } = wish;
  const args = [
    's_server',
    '-accept',
    `127.0.0.1:${port}`,
    '-cert',
    certificate.certificateFile,
    '-key',
    certificate.keyFile,
  ];
  const asks = asksForCertificate ? ['-verify', '1', '-verify_quiet'] : [];
  // Its standard input stays open: with "Q" or an end there it would stop.
  return spawn(program, [...args, ...OPENSSL_ALL, ...asks, ...(silent ? [] : ['-www']), '-quiet', ...more], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

function gnutls(program: string, port: number, wish: ServerWish): ChildProcess {
  const { certificate, asksForCertificate, more = [] } = wish;
  const args = [
    '--port',
    `${port}`,
    '--x509certfile',
    certificate.certificateFile,
    '--x509keyfile',
    certificate.keyFile,
  ];
  const asks = asksForCertificate ? [] : ['--disable-client-cert'];
  return spawn(program, [...args, '--priority', GNUTLS_ALL, '--http', '--quiet', ...asks, ...more], {
    stdio: 'ignore',
  });
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(programs: Programs, wish: ServerWish): Promise<Started | null> {
  const port = await freePort();
  const child =
    wish.library === 'openssl' ? openssl(programs.openssl, port, wish) : gnutls(programs['gnutls-serv'], port, wish);
  endWithUs(child, 'SIGKILL');
  for (let attempt = 0; attempt < 400 && child.exitCode === null; attempt += 1) {
    if (await isListening(port)) return child.exitCode === null ? { child, port } : null;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  child.kill('SIGKILL');
  return null;
}

function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}
