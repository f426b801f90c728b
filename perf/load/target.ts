import { isIP } from 'node:net';
import type { TestGateway } from '../gateway/gateway.ts';
import { startTestGateway } from '../gateway/gateway.ts';
import type { Certificate } from '../origin/certificate.ts';
import { makeCertificate } from '../origin/certificate.ts';
import type { Origin } from '../origin/origin.ts';
import { startOrigin } from '../origin/origin.ts';
import { processTree } from '../process/tree.ts';
import { cannedClientFinish, cannedClientHello, cannedServerFlight } from '../wire/handshake.ts';
import { isLoopback, requireLocal } from './local.ts';
import type { LoadOptions } from './options.ts';
import type { TunnelPlan } from './tunnel.ts';

/** Everything a run needs besides its clients: the origin, the proxy if it is to be started, and how to get there. */

export interface Target {
  readonly plans: readonly TunnelPlan[];
  /** E.g. "127.0.0.1:8080", "OMS Gateway, engine portable". */
  readonly through: string;
  /** What clients ask for, e.g. "localhost:40123". */
  readonly asked: readonly string[];
  /** The proxy's first process, when it is known. */
  readonly pid: number | null;
  readonly origin: Origin | null;
  close(): Promise<void>;
}

const OWN_NAME = 'localhost';

/** @throws NotLocal when something is not on this machine and that is not allowed */
export async function prepareTarget(options: LoadOptions): Promise<Target> {
  const { through, target } = options;
  if (!options.allowRemote) await requireAllLocal(options);
  if (options.pid !== null && processTree(options.pid).length === 0)
    throw new Error(`there is no process ${options.pid}`);
  const host = target?.host.text ?? OWN_NAME;
  const certificate = options.handshake === 'real' && options.origin !== null ? await makeCertificate(host) : null;
  const origin = options.origin === null ? null : await ownOrigin(options, certificate);
  try {
    const ports = target === null ? (origin?.ports ?? []) : [target.port];
    const gateway =
      through.kind === 'gateway'
        ? await startTestGateway({ ...through, workers: 'auto', host, address: addressOf(origin), ports })
        : null;
    const close = async (): Promise<void> => {
      await gateway?.stop();
      await origin?.close();
    };
    const asked = ports.map((port) => (isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`));
    const plans = asked.map((authority, index) => {
      const place = firstHop(options, gateway, origin, index);
      return { ...place, ...planParts(options, host, authority, certificate) };
    });
    const pid = gateway?.pid ?? options.pid;
    return { plans, through: throughText(options, gateway), asked, pid, origin, close };
  } catch (error) {
    await origin?.close();
    throw error;
  }
}

function ownOrigin(options: LoadOptions, tls: Certificate | null): Promise<Origin> {
  const { host, port } = options.origin ?? { host: '127.0.0.1', port: 0 };
  return startOrigin({ host, port, tls, threads: options.originThreads });
}

async function requireAllLocal({ through, origin, target }: LoadOptions): Promise<void> {
  if (through.kind === 'proxy') await requireLocal('proxy', through.host);
  if (origin !== null) await requireLocal('origin', origin.host);
  if (target !== null) await requireLocal('target', target.host.text);
}

function firstHop(options: LoadOptions, gateway: TestGateway | null, origin: Origin | null, index: number) {
  if (gateway !== null) return { host: '127.0.0.1', port: gateway.port };
  if (options.through.kind === 'proxy') return { host: options.through.host, port: options.through.port };
  if (origin !== null) return { host: addressOf(origin), port: origin.ports[index] ?? 0 };
  return { host: options.target?.host.text ?? OWN_NAME, port: options.target?.port ?? 0 };
}

/** An address by which the own origin is reached from here. */
function addressOf(origin: Origin | null): string {
  const host = origin?.host ?? '127.0.0.1';
  return isLoopback(host) ? host : host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host;
}

function planParts(options: LoadOptions, host: string, authority: string, certificate: Certificate | null) {
  const serverName = options.serverName ?? host;
  const request = options.through.kind === 'direct' ? null : connectRequest(authority, options.credentials);
  if (options.handshake === 'canned') {
    const hello = cannedClientHello(serverName, options.hello);
    return {
      request,
      handshake: { kind: 'canned', hello, flight: cannedServerFlight(), finish: cannedClientFinish() },
    } as const;
  }
  const trusted = certificate?.certificate ?? options.trusted ?? '';
  return { request, handshake: { kind: 'real', serverName, certificate: trusted } } as const;
}

/** The request as agents send it: authority, Host, credentials at once. */
export function connectRequest(authority: string, credentials: string | null): Buffer {
  const basic =
    credentials === null ? '' : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`;
  return Buffer.from(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${basic}\r\n`);
}

function throughText({ through }: LoadOptions, gateway: TestGateway | null): string {
  if (through.kind === 'proxy') return `proxy ${through.host}:${through.port}`;
  return through.kind === 'direct' ? 'no proxy' : `OMS Gateway, engine ${gateway?.engine ?? ''}`;
}
