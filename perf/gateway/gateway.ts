import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageFile } from '../../src/config/package-file.ts';
import { freePort } from '../process/port.ts';

/** An OMS Gateway for a test: default configuration, event log to a file, allowed to reach one host and nothing else. */

export interface TestGatewayOptions {
  readonly node: string;
  /** Value of `engine` in the configuration. */
  readonly engine: string;
  readonly workers: number | 'auto';
  /** The name clients ask for; it stands for `address`. */
  readonly host: string;
  readonly address: string;
  readonly ports: readonly number[];
}

export interface TestGateway {
  readonly port: number;
  readonly pid: number;
  /** Which engine runs, as event 101 says. */
  readonly engine: string;
  stop(): Promise<void>;
}

export const GATEWAY_MAIN = packageFile('dist/src/cli/main.js');
const START_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 5_000;

/** The configuration: everything is the default but what a test on one machine cannot do without. */
export function gatewayConfiguration(options: TestGatewayOptions, port: number, logFile: string): object {
  return {
    listen: { host: '127.0.0.1', port },
    workers: options.workers,
    engine: options.engine,
    allowedHosts: [options.host],
    allowedPorts: options.ports,
    addressGuard: { allow: [options.address] },
    // Several gateways at a time: they cannot share one port.
    admin: { port: 0 },
    dns: { hosts: { [options.host]: options.address } },
    log: { file: logFile },
  };
}

/** @param prefix words in front of the command, e.g. `taskset -c 0` @throws when it does not come up, with what it said */
export async function startTestGateway(
  options: TestGatewayOptions,
  prefix: readonly string[] = [],
): Promise<TestGateway> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-load-'));
  const configFile = join(directory, 'gateway.json');
  const logFile = join(directory, 'events.log');
  writeFileSync(configFile, JSON.stringify(gatewayConfiguration(options, port, logFile)));
  const words = [...prefix, options.node, GATEWAY_MAIN, 'start', '--config', configFile];
  const child = spawn(words[0] ?? options.node, words.slice(1), {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const stop = async (): Promise<void> => {
    await stopChild(child);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const engine = await started(child, logFile);
    return { port, pid: child.pid ?? 0, engine, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for event 101 in the log. @returns the engine it names */
async function started(child: ChildProcess, logFile: string): Promise<string> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const failures: Error[] = [];
  child.on('error', (error) => failures.push(error));
  const limit = performance.now() + START_LIMIT_MS;
  while (performance.now() < limit && failures.length === 0 && child.exitCode === null) {
    const line = readLog(logFile).find((event) => event['event'] === 101);
    if (line !== undefined) return typeof line['engine'] === 'string' ? line['engine'] : 'unknown';
    await sleep(20);
  }
  throw new Error(`the gateway did not start: ${failures[0]?.message ?? errors.trim()}`);
}

function readLog(file: string): Record<string, unknown>[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  } catch {
    return [];
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(timer);
}
