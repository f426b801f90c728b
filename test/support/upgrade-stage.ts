import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Gateway, GatewayEvent } from './gateway.ts';
import { freePort, startGateway } from './gateway.ts';
import { runProgram } from './programs.ts';
import type { RawOrigin } from './raw-tunnel.ts';
import { startRawOrigin } from './raw-tunnel.ts';

/** A gateway that is succeeded by others, an origin that echoes, and one log for all versions. */
export interface UpgradeStage {
  readonly gateway: Gateway;
  readonly origin: RawOrigin;
  readonly destination: string;
  /** e.g. "http://127.0.0.1:8081" */
  readonly admin: string;
  /** Processes that took over, in their order. */
  readonly successors: number[];
  /** Events of every version, in the order they were written. */
  events(): GatewayEvent[];
  /** Runs the command `upgrade` of a package, for its own version or for the package named. */
  upgrade(main: string, ...words: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }>;
  /** Waits until this is true. */
  until(fits: () => boolean): Promise<void>;
  /** Ends every version. */
  close(): Promise<void>;
}

const LIMIT_MS = 30_000;

export async function stageUpgrade(engine: string): Promise<UpgradeStage> {
  const origin = await startRawOrigin((socket) => {
    socket.on('data', (chunk: Buffer) => socket.write(chunk));
    socket.on('end', () => socket.end());
  });
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-upgrade-'));
  // A pipe would mix the lines of two processes.
  const log = join(directory, 'log');
  const port = await freePort();
  const config = {
    engine,
    workers: 2,
    admin: { host: '127.0.0.1', port },
    log: { file: log },
    timeouts: { drain: 3, drainNotice: 1 },
    allowedHosts: ['origin.test'],
    allowedPorts: [origin.port],
    dns: { hosts: { 'origin.test': '127.0.0.1' } },
    addressGuard: { allow: ['127.0.0.0/8'] },
  };
  const events = (): GatewayEvent[] => {
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as GatewayEvent);
  };
  const started = (): boolean => events().some(({ event }) => event === 101);
  const gateway = await startGateway(config, {}, { started, isSucceeded: true });
  const successors: number[] = [];
  process.once('exit', () => {
    for (const pid of successors) end(pid, 'SIGKILL');
  });
  const until = async (fits: () => boolean): Promise<void> => {
    const limit = performance.now() + LIMIT_MS;
    while (!fits()) {
      if (performance.now() > limit) {
        const last = events()
          .slice(-5)
          .map((each) => JSON.stringify(each));
        throw new Error(`not within ${LIMIT_MS} ms; last:\n${last.join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return {
    gateway,
    origin,
    destination: `origin.test:${origin.port}`,
    admin: `http://127.0.0.1:${port}`,
    successors,
    events,
    until,
    upgrade: async (main, ...words) => {
      const args = [main, 'upgrade', ...words, '--config', gateway.file];
      const { code, stdout, stderr } = await runProgram(process.execPath, args);
      const pid = /process (\d+)/.exec(stdout)?.[1];
      if (pid !== undefined) successors.push(Number(pid));
      return { code, said: stdout + stderr };
    },
    close: async () => {
      for (const pid of [gateway.pid, ...successors]) end(pid, 'SIGTERM');
      await until(() => ![gateway.pid, ...successors].some(isAlive));
      await origin.close();
      for (const each of [directory, dirname(gateway.file)]) rmSync(each, { recursive: true, force: true });
    },
  };
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

/** A process that has ended stays in the table until its parent asks for it: state Z in proc(5). */
export function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
