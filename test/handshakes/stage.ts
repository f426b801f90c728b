import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Gateway, GatewayEvent } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import type { Issued } from '../support/pki.ts';
import { AUTHORITY, EC_KEY, Pki, RSA_KEY, serverFor } from '../support/pki.ts';
import { requireProgram } from '../support/programs.ts';
import { HOST } from './clients.ts';
import type { Programs, ServerWish, TlsServer } from './servers.ts';
import { startServer } from './servers.ts';
import type { TapConnection } from './tap.ts';
import { recordTypes } from './tap.ts';

/** What every handshake test plays on: certificates, servers behind recorders, and a gateway that allows their ports. */

export const WORKSPACE = '0a1b2c3d-1111-4222-8333-444455556666';
export const AGENT_SUBJECT = `CN=${WORKSPACE},CN=9f8e7d6c-aaaa-4bbb-8ccc-ddddeeeeffff,OU=Linux Monitoring Agent,O=Microsoft`;

export type KeyType = 'RSA' | 'ECDSA';

export interface Certificates {
  readonly authority: Issued;
  readonly servers: Readonly<Record<KeyType, Issued>>;
  /** An agent's, with the allowed workspace as one of its CNs. */
  readonly allowed: Readonly<Record<KeyType, Issued>>;
  /** CN=Gateway. */
  readonly denied: Readonly<Record<KeyType, Issued>>;
}

export interface Stage {
  readonly programs: Programs;
  readonly pki: Pki;
  readonly certificates: Certificates;
  server(wish: Omit<ServerWish, 'certificate'> & { readonly certificate?: Issued }): Promise<TlsServer>;
  /** A gateway in front of all servers started so far. `tls` and the rest go over the defaults of the stage. */
  gateway(config?: { readonly tls?: object; readonly [key: string]: unknown }): Promise<Gateway>;
  close(): Promise<void>;
}

/** Null when a program is missing and the test was skipped for it. */
export function setStage(context: TestContext): Stage | null {
  const openssl = requireProgram('openssl', context);
  const serv = requireProgram('gnutls-serv', context);
  const cli = requireProgram('gnutls-cli', context);
  const pki = Pki.open(context);
  if (openssl === null || serv === null || cli === null || pki === null) return null;
  const programs: Programs = { openssl, 'gnutls-serv': serv, 'gnutls-cli': cli };
  const certificates = makeCertificates(pki);
  const servers: TlsServer[] = [];
  const gateways: Gateway[] = [];
  return {
    programs,
    pki,
    certificates,
    server: async (wish) => {
      const server = await startServer(programs, { certificate: certificates.servers.ECDSA, ...wish });
      servers.push(server);
      return server;
    },
    gateway: async ({ tls = {}, ...config } = {}) => {
      const gateway = await startGateway({
        workers: 1,
        allowedHosts: [HOST],
        allowedPorts: servers.map(({ tap }) => tap.port),
        dns: { hosts: { [HOST]: '127.0.0.1' } },
        addressGuard: { allow: ['127.0.0.0/8'] },
        allowedClientCertificates: [WORKSPACE],
        tls: { minVersion: '1.0', ...tls },
        ...config,
      });
      gateways.push(gateway);
      return gateway;
    },
    close: async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      for (const server of servers) server.close();
      pki.close();
    },
  };
}

function makeCertificates(pki: Pki): Certificates {
  const authority = pki.issue({ subject: '/O=Test/CN=Authority', extensions: AUTHORITY });
  const both = (
    subject: string,
    wish: { issuer?: Issued; extensions?: readonly string[] } = {},
  ): Record<KeyType, Issued> => ({
    RSA: pki.issue({ subject, key: RSA_KEY, ...wish }),
    ECDSA: pki.issue({ subject, key: EC_KEY, ...wish }),
  });
  return {
    authority,
    servers: both(`/CN=${HOST}`, { issuer: authority, extensions: serverFor(`DNS:${HOST}`) }),
    allowed: both(`/${AGENT_SUBJECT.replaceAll(',', '/')}`),
    denied: both('/CN=Gateway'),
  };
}

/** What happened to one tunnel: its verdict as the gateway told it, and the record of the origin. */
export interface Story {
  readonly verdict: GatewayEvent;
  readonly closing: GatewayEvent;
  readonly origin: TapConnection;
}

const VERDICTS = [105, 106, 107, 402];

/** Lets `play` open one tunnel to `server` and tells what became of it. One at a time for each server. */
export async function tunnelStory(gateway: Gateway, server: TlsServer, play: () => Promise<unknown>): Promise<Story> {
  const [story] = await tunnelStories(gateway, server, 1, play);
  assert.ok(story !== undefined);
  return story;
}

/** As `tunnelStory`, for as many tunnels as `play` opens one after another. */
export async function tunnelStories(
  gateway: Gateway,
  { tap }: TlsServer,
  count: number,
  play: () => Promise<unknown>,
): Promise<Story[]> {
  const destination = `${HOST}:${tap.port}`;
  const before = { events: gateway.events.length, connections: tap.connections.length };
  await play();
  const stories: Story[] = [];
  const seen = new Set<string | undefined>();
  for (let index = 0; index < count; index += 1) {
    const isNew = (each: GatewayEvent): boolean =>
      gateway.events.indexOf(each) >= before.events && !seen.has(each.tunnel);
    const closing = await gateway.waitForEvent(
      (each) =>
        each.event === 100 && each.destination === destination && isNew(each) && each['durationMs'] !== undefined,
    );
    seen.add(closing.tunnel);
    const verdict = gateway.events.find(({ event, tunnel }) => tunnel === closing.tunnel && VERDICTS.includes(event));
    assert.ok(verdict !== undefined, `no verdict: ${JSON.stringify(closing)}`);
    const origin = tap.connections[before.connections + index];
    assert.ok(origin !== undefined, 'nobody connected to the origin');
    await origin.over;
    stories.push({ verdict, closing, origin });
  }
  // They may end in another order than they began.
  stories.sort((one, other) => one.verdict.time.localeCompare(other.verdict.time));
  assert.equal(tap.connections.length, before.connections + count, 'tunnels at the origin');
  return stories;
}

/** Of all the client sent only its ClientHello may have arrived, one record; behind it at most the gateway's own alert. */
export function assertOnlyHelloArrived({ origin, closing }: Story, hellos = 1): void {
  const bytes = origin.arrived();
  assert.deepEqual(recordTypes(bytes).slice(0, 1), [0x16]);
  let at = 0;
  for (let index = 0; index < hellos; index += 1) {
    assert.equal(bytes[at + 5], 1, 'a ClientHello');
    at += 5 + bytes.readUInt16BE(at + 3);
  }
  const behind = bytes.subarray(at);
  const isAlert = behind.length === 7 && behind[0] === 0x15;
  assert.ok(behind.length === 0 || isAlert, `bytes behind the ClientHello: ${behind.toString('hex').slice(0, 60)}`);
  assert.equal(closing['bytesUp'], bytes.length, 'the gateway counts what arrived');
}
