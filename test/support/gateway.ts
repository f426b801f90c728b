import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageFile } from '../../src/config/package-file.ts';
import { endWithUs } from './children.ts';

/** The whole gateway as its users run it: the command `start`, a configuration file, events on standard output. */

export interface GatewayEvent {
  readonly time: string;
  readonly level: string;
  readonly event: number;
  readonly msg: string;
  readonly reason?: string;
  readonly tunnel?: string;
  readonly client?: string;
  readonly destination?: string;
  readonly [field: string]: unknown;
}

export interface Gateway {
  readonly port: number;
  readonly pid: number;
  /** Its configuration file. */
  readonly file: string;
  /** Replaces its configuration file, atomically; keys that `startGateway` adds stay. Nothing else happens. */
  configure(config: Readonly<Record<string, unknown>>): void;
  /** Every event so far; grows. */
  readonly events: readonly GatewayEvent[];
  /** Resolves with the first event, past or future, that fits; fails after `ms` milliseconds. */
  readonly waitForEvent: (fits: (event: GatewayEvent) => boolean, ms?: number) => Promise<GatewayEvent>;
  workerPids(): number[];
  /** SIGTERM and wait. @returns the exit code */
  stop(): Promise<number | null>;
  /** Sends a signal to the primary. */
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
}

export const MAIN = packageFile('dist/src/cli/main.js');

export interface GatewayOptions {
  /** How its start is seen where its events do not go to standard output. */
  readonly started?: () => boolean;
  /** A program and its arguments that run the command behind them, e.g. `prlimit --nofile=64`. */
  readonly launcher?: readonly string[];
  /** Which events are kept in `events`; all unless told. Called with each event. */
  readonly keeps?: (event: GatewayEvent) => boolean;
  /** The configuration file stays when the process has ended, for one that goes on with it. */
  readonly isSucceeded?: boolean;
}

/** The engine of tests that do not choose one; the runner goes through some of them once with each. */
const ENGINE = process.env['TEST_ENGINE'] ?? 'auto';
/** Machines that run the tests may be slow, and busy with others. */
const START_MS = 30_000;
const EVENT_MS = 15_000;

/** Starts a gateway on a free port of loopback. @throws when it ends before it listens */
export async function startGateway(
  config: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>> = {},
  options: GatewayOptions = {},
): Promise<Gateway> {
  const wanted = (config['listen'] as { port?: number } | undefined)?.port;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(wanted ?? (await freePort()), config, environment, options);
    } catch (error) {
      // Between finding a port and listening on it another program may take it.
      const taken = /another program uses this port/.test(String(error));
      if (!taken || wanted !== undefined || attempt === 3) throw error;
    }
  }
}

async function startOn(
  port: number,
  config: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>>,
  options: GatewayOptions,
): Promise<Gateway> {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-'));
  const file = join(directory, 'gateway.json');
  const configure = (next: Readonly<Record<string, unknown>>): void => {
    const { listen, ...rest } = next as { readonly listen?: object };
    const whole = { engine: ENGINE, admin: { port: 0 }, ...rest, listen: { host: '127.0.0.1', port, ...listen } };
    writeFileSync(`${file}.new`, JSON.stringify(whole));
    renameSync(`${file}.new`, file);
  };
  configure(config);
  const command = [...(options.launcher ?? []), process.execPath, MAIN, 'start', '--config', file] as const;
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  // A test that fails half way must neither leave the gateway behind nor wait for it.
  endWithUs(child, 'SIGKILL');
  const watch = watchEvents(child, options.keeps ?? (() => true));
  const exited = once(child, 'exit').then(([code]) => {
    if (options.isSucceeded !== true) rmSync(directory, { recursive: true, force: true });
    return code as number | null;
  });
  const early = exited.then((code) => Promise.reject(new Error(`the gateway ended with ${code}: ${watch.errors()}`)));
  early.catch(() => undefined);
  const listens =
    options.started === undefined
      ? watch.waitForEvent((event) => event.event === 101, START_MS)
      : waitUntil(options.started, START_MS);
  await Promise.race([listens, early]);
  const pid = child.pid ?? 0;
  unref(child);
  return {
    port,
    pid,
    file,
    configure,
    events: watch.events,
    waitForEvent: watch.waitForEvent,
    workerPids: () => childrenOf(pid),
    stop: () => {
      child.ref();
      child.kill('SIGTERM');
      return exited;
    },
    signal: (name) => child.kill(name),
    get exited() {
      child.ref();
      return exited;
    },
  };
}

async function waitUntil(ready: () => boolean, ms: number): Promise<void> {
  const limit = performance.now() + ms;
  while (!ready()) {
    if (performance.now() > limit) throw new Error(`nothing was seen of the start within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function unref(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref();
}

/** A port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Watch {
  readonly events: GatewayEvent[];
  readonly waitForEvent: (fits: (event: GatewayEvent) => boolean, ms?: number) => Promise<GatewayEvent>;
  readonly errors: () => string;
}

function watchEvents(child: ChildProcess, keeps: (event: GatewayEvent) => boolean): Watch {
  const events: GatewayEvent[] = [];
  const waiting = new Set<(event: GatewayEvent) => void>();
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  if (child.stdout === null) throw new Error('the gateway has no standard output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as GatewayEvent;
    if (keeps(event)) events.push(event);
    for (const each of waiting) each(event);
  });
  const waitForEvent = (fits: (event: GatewayEvent) => boolean, ms = EVENT_MS): Promise<GatewayEvent> => {
    const past = events.find(fits);
    if (past !== undefined) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        const seen = events.slice(-5).map((event) => JSON.stringify(event));
        reject(new Error(`no such event within ${ms} ms; last seen:\n${seen.join('\n')}\n${errors}`));
      }, ms);
      const look = (event: GatewayEvent): void => {
        if (!fits(event)) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(event);
      };
      waiting.add(look);
    });
  };
  return { events, waitForEvent, errors: () => errors };
}

/** Child processes of a process (proc(5): the fourth field of stat is the parent). */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/stat`, 'utf8')
            .replace(/^.*\) /s, '')
            .split(' ')[1] === String(parent)
        );
      } catch {
        return false;
      }
    });
}
