import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from './children.ts';
import { freePort } from './gateway.ts';
import { runProgram } from './programs.ts';

/** A real Squid as relay: Basic authentication against a password file, names from its own hosts file. */
export interface Squid {
  readonly port: number;
  stop(): Promise<void>;
}

/** Where Debian installs the helper that checks passwords. */
const NCSA_AUTH = '/usr/lib/squid/basic_ncsa_auth';

/** @param hosts names that only this relay can resolve; `forbidden.test` among them is refused with 403 */
export async function startSquid(
  program: string,
  user: { readonly name: string; readonly password: string } | null,
  hosts: Readonly<Record<string, string>>,
): Promise<Squid> {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-squid-'));
  // Squid gives up its privileges, and its user must still get in.
  chmodSync(directory, 0o777);
  const port = await freePort();
  writeFileSync(
    join(directory, 'hosts'),
    Object.entries(hosts)
      .map(([name, ip]) => `${ip} ${name}\n`)
      .join(''),
  );
  if (user !== null) {
    const { stdout } = await runProgram('openssl', ['passwd', '-apr1', '-stdin'], `${user.password}\n`);
    writeFileSync(join(directory, 'passwords'), `${user.name}:${stdout}`);
  }
  writeFileSync(join(directory, 'squid.conf'), configuration(directory, port, user !== null));
  const child = spawn(program, ['-N', '-f', join(directory, 'squid.conf')], { stdio: 'ignore' });
  endWithUs(child, 'SIGKILL');
  await untilListening(port);
  return {
    port,
    stop: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function configuration(directory: string, port: number, authenticates: boolean): string {
  const authentication = `
auth_param basic program ${NCSA_AUTH} ${directory}/passwords
auth_param basic children 1
auth_param basic realm relay
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all`;
  return `
http_port 127.0.0.1:${port}
hosts_file ${directory}/hosts
acl forbidden dstdomain forbidden.test
http_access deny forbidden
${authenticates ? authentication : 'http_access allow all'}
pinger_enable off
cache deny all
access_log none
cache_log ${directory}/cache.log
pid_filename ${directory}/squid.pid
coredump_dir ${directory}
visible_hostname relay.test
shutdown_lifetime 0 seconds
`;
}

async function untilListening(port: number): Promise<void> {
  const limit = performance.now() + 20_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const ok = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (ok) return;
    if (performance.now() > limit) throw new Error('squid does not listen');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
