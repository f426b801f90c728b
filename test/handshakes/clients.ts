import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { Issued } from '../support/pki.ts';
import type { Outcome } from '../support/programs.ts';
import { runProgram } from '../support/programs.ts';
import type { Programs } from './servers.ts';

/** Real TLS clients of two libraries. Both send a GET through the tunnel and read to the end. */

export type Version = '1.0' | '1.1' | '1.2' | '1.3';

export interface ClientWish {
  readonly gatewayPort: number;
  readonly port: number;
  readonly version: Version;
  readonly certificate?: Issued;
  readonly more?: readonly string[];
  /** openssl only: offers all versions up to the one given. */
  readonly allVersions?: boolean;
  /** openssl only: says nothing and leaves by itself after a moment in which tickets can come. */
  readonly leaves?: boolean;
}

export const HOST = 'origin.test';
const GET = 'GET / HTTP/1.0\r\n\r\n';
const LIMIT_MS = 15_000;

export function runOpenssl(programs: Programs, wish: ClientWish): Promise<Outcome> {
  const { gatewayPort, port, version, certificate, more = [], allVersions = false, leaves = false } = wish;
  const flag = `-tls${version.replace('.', '_').replace(/_0$/, '')}`;
  const args = [
    ...['s_client', '-proxy', `127.0.0.1:${gatewayPort}`, '-connect', `${HOST}:${port}`, '-servername', HOST],
    ...[...(allVersions ? [] : [flag]), '-cipher', 'ALL:@SECLEVEL=0'],
    ...(certificate === undefined ? [] : ['-cert', certificate.certificateFile, '-key', certificate.keyFile]),
    ...more,
  ];
  if (!leaves) return runProgram(programs.openssl, [...args, '-ign_eof'], GET, LIMIT_MS);
  return runProgram('/bin/sh', ['-c', 'sleep 0.4 | exec "$0" "$@"', programs.openssl, ...args], '', LIMIT_MS);
}

/** gnutls-cli knows no HTTP proxy, so somebody says CONNECT for it. */
export async function runGnutls(programs: Programs, wish: ClientWish): Promise<Outcome> {
  const { version, certificate, more = [] } = wish;
  const door = await openDoor(wish.gatewayPort, `${HOST}:${wish.port}`);
  try {
    return await runProgram(
      programs['gnutls-cli'],
      [
        ...['--priority', `NORMAL:-VERS-ALL:+VERS-TLS${version}`, '--insecure', '--sni-hostname', HOST],
        ...(certificate === undefined
          ? []
          : ['--x509certfile', certificate.certificateFile, '--x509keyfile', certificate.keyFile]),
        ...more,
        ...['--port', `${door.port}`, '127.0.0.1'],
      ],
      GET,
      LIMIT_MS,
    );
  } finally {
    door.close();
  }
}

/** A port on loopback behind which every connection is a tunnel to `destination`. */
async function openDoor(gatewayPort: number, destination: string): Promise<{ port: number; close: () => void }> {
  const sockets = new Set<Socket>();
  const door = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const gateway = connect({ port: gatewayPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const socket of [client, gateway]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => (socket === client ? gateway : client).destroy());
    }
    gateway.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
    void once(gateway, 'data').then(
      ([answer]: Buffer[]) => {
        if (answer?.toString('latin1') !== 'HTTP/1.1 200 Connection established\r\n\r\n') gateway.destroy();
        client.pipe(gateway);
        gateway.pipe(client);
      },
      () => undefined,
    );
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  return {
    port: (door.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      door.close();
    },
  };
}
