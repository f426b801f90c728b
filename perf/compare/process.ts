import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, waitForPort } from '../process/port.ts';
import { processTree } from '../process/tree.ts';
import type { Peer, PeerSite } from './peers/peer.ts';

/** A peer that runs: pinned to its processor, in a session of its own, stopped while others are measured. */

const START_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 3_000;

export type Place = Omit<PeerSite, 'directory' | 'port'> & {
  /** Directories of peers are made in here. */
  readonly home: string;
  readonly cpu: number;
};

let started = 0;

export class PeerProcess {
  readonly port: number;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #directory: string;
  #frozen = false;

  private constructor(child: ChildProcess, port: number, directory: string) {
    this.#child = child;
    this.port = port;
    this.pid = child.pid ?? 0;
    this.#directory = directory;
    running.add(this);
  }

  /** @throws when it does not listen in time, with the end of what it said */
  static async start(peer: Peer, { home, cpu, ...site }: Place): Promise<PeerProcess> {
    started += 1;
    const directory = join(home, `${peer.key}-${started}`);
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    const port = await freePort();
    const { program, args, environment } = peer.prepare({ ...site, directory, port });
    const output = openSync(join(directory, 'output'), 'w');
    const child = spawn('taskset', ['-c', String(cpu), program, ...args], {
      cwd: directory,
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...process.env, ...environment },
    });
    closeSync(output);
    child.on('error', () => undefined);
    const peerProcess = new PeerProcess(child, port, directory);
    if (await waitForPort(port, START_LIMIT_MS, () => child.exitCode !== null || child.pid === undefined))
      return peerProcess;
    const said = readFileSync(join(directory, 'output'), 'utf8').trim().slice(-300);
    await peerProcess.stop();
    throw new Error(`does not listen on its port${said === '' ? '' : `: ${said}`}`);
  }

  /** Stops it until `thaw`, so that it takes no time from the one that is measured. */
  freeze(): void {
    if (!this.#frozen) this.#signalAll('SIGSTOP');
    this.#frozen = true;
  }

  thaw(): void {
    if (this.#frozen) this.#signalAll('SIGCONT');
    this.#frozen = false;
  }

  async stop(): Promise<void> {
    if (!running.delete(this)) return;
    this.thaw();
    const members = processTree(this.pid).map(({ pid }) => pid);
    signal(this.pid, 'SIGTERM');
    const end = performance.now() + STOP_LIMIT_MS;
    while (performance.now() < end && processTree(this.pid).length > 0) await sleep(50);
    // What is left of its own tree; a process number that has been given to somebody else is not in it any more.
    const left = new Set(processTree(this.pid).map(({ pid }) => pid));
    for (const pid of members) if (left.has(pid)) signal(pid, 'SIGKILL');
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** For the end of this process: no waiting any more. */
  kill(): void {
    this.thaw();
    this.#signalAll('SIGKILL');
  }

  #signalAll(name: NodeJS.Signals): void {
    for (const { pid } of processTree(this.pid)) signal(pid, name);
  }
}

const running = new Set<PeerProcess>();

/** Ends every peer that runs when this process ends, also by Ctrl+C. */
export function endPeersWithUs(): void {
  process.once('exit', () => {
    for (const each of running) each.kill();
  });
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
