import type { Socket } from 'node:net';
import type { Gateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { openSockets, residentBytes } from '../support/process-facts.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import { startRawOrigin } from '../support/raw-tunnel.ts';
import type { SteadyLoad } from '../support/steady-load.ts';
import { startLoad } from '../support/steady-load.ts';

/**
 * A bad day: what is done to a gateway while others use it, and what has to be true meanwhile and afterwards. Limits are
 * generous, because they have to hold on a busy machine; what was measured is reported.
 */

export type Engine = 'linux' | 'portable';

export interface Fault {
  readonly name: string;
  /** Left out where an engine has nothing to do with it. */
  readonly engines?: readonly Engine[];
  /** @returns what was seen, as half a sentence @throws when something was not as it has to be */
  run(engine: Engine, scale: Scale): Promise<string>;
}

/** How much of it: the short form does everything, with fewer clients. */
export interface Scale {
  readonly clients: number;
}

/** Deadlines of the gateway under test, in seconds. */
export const LIMITS = { connectRequest: 1, clientHello: 1, drain: 1 };
/** What a deadline of one second may take on a busy machine. */
export const PATIENCE_MS = 15_000;
/** Memory of a worker that did its work may stay with the allocator: reading buffers of a stalled client are 256 KB. */
const KEPT_BYTES = 96 * 1024 * 1024;
const BYSTANDERS = 2;

export interface Scene {
  readonly gateway: Gateway;
  readonly origin: RawOrigin;
  readonly destination: string;
  /** Others who use the gateway meanwhile. */
  readonly bystanders: SteadyLoad;
}

export interface SceneOptions {
  readonly engine: Engine;
  readonly config?: object;
  readonly environment?: Readonly<Record<string, string>>;
  readonly launcher?: readonly string[];
  /** What the origin does with a connection; it echoes unless told. */
  readonly serve?: (socket: Socket) => void;
  /** Tunnels of others may be cut as well. */
  readonly cutsOthers?: boolean;
}

/** Plays something on a scene of its own; afterwards others must have been served, and nothing may be left. */
export async function onScene(options: SceneOptions, play: (scene: Scene) => Promise<string>): Promise<string> {
  const serve = options.serve ?? echo;
  const origin = await startRawOrigin(serve);
  const others = await startRawOrigin(echo);
  const config = {
    engine: options.engine,
    workers: 2,
    timeouts: LIMITS,
    allowedHosts: ['origin.test'],
    allowedPorts: [origin.port, others.port],
    dns: { hosts: { 'origin.test': '127.0.0.1' } },
    addressGuard: { allow: ['127.0.0.0/8'] },
    log: { levels: { 103: 'debug', 107: 'debug', 403: 'debug' } },
    ...options.config,
  };
  const gateway = await startGateway(config, options.environment, { launcher: options.launcher ?? [] });
  const before = facts(gateway);
  const bystanders = startLoad(gateway.port, `origin.test:${others.port}`, BYSTANDERS, 20);
  try {
    const seen = await play({ gateway, origin, destination: `origin.test:${origin.port}`, bystanders });
    const { rounds } = bystanders;
    await until(() => bystanders.rounds > rounds + 10, 'others are served');
    await bystanders.stop();
    const { failures, longestMs } = bystanders;
    if (failures.length > 0 && options.cutsOthers !== true) {
      throw new Error(`${failures.length} of ${bystanders.rounds} tunnels of others failed: ${failures[0] ?? ''}`);
    }
    await until(() => facts(gateway).sockets <= before.sockets, 'every socket is given back');
    const grown = facts(gateway).bytes - before.bytes;
    if (grown > KEPT_BYTES) throw new Error(`workers hold ${megabytes(grown)} more than before`);
    if ((await gateway.stop()) !== 0) throw new Error('the gateway did not end well');
    return `${seen}; others: ${bystanders.rounds} tunnels, the longest ${Math.round(longestMs)} ms`;
  } finally {
    await bystanders.stop();
    gateway.signal('SIGKILL');
    await origin.close();
    await others.close();
  }
}

function facts(gateway: Gateway): { readonly sockets: number; readonly bytes: number } {
  const workers = gateway.workerPids();
  return {
    sockets: workers.reduce((sum, pid) => sum + openSockets(pid), 0),
    bytes: workers.reduce((sum, pid) => sum + residentBytes(pid), 0),
  };
}

/** Resident bytes of all workers. */
export function workerBytes(gateway: Gateway): number {
  return facts(gateway).bytes;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

/** @throws when it has not come true in time */
export async function until(fits: () => boolean, what: string, limitMs = PATIENCE_MS): Promise<number> {
  const startedMs = performance.now();
  while (!fits()) {
    if (performance.now() - startedMs > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await pause(20);
  }
  return Math.round(performance.now() - startedMs);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function echo(socket: Socket): void {
  socket.on('data', (chunk: Buffer) => socket.write(chunk));
  socket.on('end', () => socket.end());
}

/** Does the same for many clients at a time, not all at once: a listen queue is not what is looked at. */
export async function many<Result>(count: number, one: (index: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) results.push(await one(next++));
  };
  await Promise.all(Array.from({ length: Math.min(count, 50) }, lane));
  return results;
}
