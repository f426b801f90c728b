import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from './children.ts';
import { openClient } from './raw-tunnel.ts';

/** HAProxy as the load balancer in front of gateways: TCP mode, one port for each way of telling whose a connection is. */

export interface Haproxy {
  stop(): Promise<void>;
}

export interface Frontend {
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
  /** Words behind the server, e.g. "send-proxy-v2 check". */
  readonly server: string;
}

/** @param gatewayPort where the gateway listens on 127.0.0.1 */
export async function startHaproxy(
  program: string,
  gatewayPort: number,
  frontends: readonly Frontend[],
): Promise<Haproxy> {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-haproxy-'));
  const file = join(directory, 'haproxy.cfg');
  writeFileSync(file, configuration(gatewayPort, frontends));
  const child = spawn(program, ['-db', '-f', file], { stdio: 'ignore' });
  endWithUs(child, 'SIGKILL');
  for (const { host, port } of frontends) await untilListening(host, port);
  return {
    stop: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function configuration(gatewayPort: number, frontends: readonly Frontend[]): string {
  const head = `
global
  maxconn 200
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout check 1s
`;
  const listens = frontends.map(
    ({ host, port, server }, index) => `
listen l${index}
  bind ${host.includes(':') ? `[${host}]` : host}:${port}
  server gateway 127.0.0.1:${gatewayPort} ${server}
`,
  );
  return head + listens.join('');
}

async function untilListening(host: string, port: number): Promise<void> {
  const limit = performance.now() + 20_000;
  for (;;) {
    try {
      (await openClient(port, host)).destroy();
      return;
    } catch (error) {
      if (performance.now() > limit) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
