import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from '../support/children.ts';
import type { Gateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { copyPackage } from '../support/package-copy.ts';
import { findProgram, runProgram } from '../support/programs.ts';
import { startAgents, startReceiver } from './agents.ts';
import { pause } from './fault.ts';

/**
 * Two gateways behind a real HAProxy, agents that upload through it, and one gateway that is killed, drained, restarted,
 * upgraded and cut off in turn. No upload may be lost, and traffic has to come back to both. Runs in a network namespace
 * of its own (`unshare -rn`); without one the cut is a stopped process.
 */

const [engine = 'auto', form = ''] = process.argv.slice(2);
const isShort = form === '--short';
const AGENTS = isShort ? 60 : 200;
const AGENT_PAUSE_MS = 2_000;
const FAULT_MS = isShort ? 1_500 : 5_000;
const PORT = 8080;
const ADMIN_PORT = 8081;
const HOSTS = ['127.0.0.2', '127.0.0.3'] as const;
/** Of HAProxy: `inter`, and how many probes decide. */
const PROBE_MS = 500;
const FALL = 2;
/** What a busy machine may add to the probe interval. */
const SLACK_MS = 8_000;

type Host = (typeof HOSTS)[number];

const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-balancer-'));
const isNamespace = isAlone();
if (isNamespace) execFileSync('ip', ['link', 'set', 'lo', 'up']);
const receiver = await startReceiver();
const gateways = new Map<Host, Gateway>();
const successors: number[] = [];
process.once('exit', () => {
  for (const pid of successors) kill(pid, 'SIGKILL');
});
for (const host of HOSTS) gateways.set(host, await start(host));
const haproxy = await startBalancer();
const uploads = startAgents(PORT, receiver, AGENTS, AGENT_PAUSE_MS);
const [victim] = HOSTS;
await pause(FAULT_MS);
say('untroubled', uploads.longestMs(), 0);

await play('killed', async () => {
  gateways.get(victim)?.signal('SIGKILL');
  await pause(FAULT_MS);
  gateways.set(victim, await start(victim));
});
await play('drained', async () => {
  await order(victim, 'drain');
  await gateways.get(victim)?.exited;
  gateways.set(victim, await start(victim));
});
await play('restarted', () => order(victim, 'restart'));
await play('upgraded', async () => {
  const { main } = copyPackage('99.0.0');
  const file = gateways.get(victim)?.file ?? '';
  const { code, stdout, stderr } = await runProgram(process.execPath, [main, 'upgrade', '--config', file]);
  if (code !== 0) throw new Error(stdout + stderr);
  successors.push(Number(/process (\d+)/.exec(stdout)?.[1]));
});
await play(isNamespace ? 'cut off (packets dropped)' : 'stopped (SIGSTOP; no namespaces here)', async () => {
  cut(true);
  await pause(FAULT_MS);
  cut(false);
});

await uploads.stop();
const { begun, confirmed, retries, lost } = uploads;
say(
  `${AGENTS} agents, ${confirmed} uploads, ${retries} retries, ${begun - confirmed + lost} lost, ${receiver.corrupt} corrupt`,
);
haproxy.kill('SIGTERM');
for (const gateway of gateways.values()) gateway.signal('SIGTERM');
process.exit(begun === confirmed && lost === 0 && receiver.corrupt === 0 ? 0 : 1);

/** Does something to the victim and waits until both gateways open tunnels again. */
async function play(name: string, fault: () => Promise<void>): Promise<void> {
  uploads.longestMs();
  await fault();
  const opened = await Promise.all(HOSTS.map(tunnelsOf));
  const backMs = await both(opened);
  await pause(FAULT_MS);
  say(name, uploads.longestMs(), backMs);
}

/** How long until each has opened more tunnels than it had. */
async function both(before: readonly number[]): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const now = await Promise.all(HOSTS.map(tunnelsOf));
    const ms = Math.round(performance.now() - startedMs);
    if (now.every((count, index) => count > (before[index] ?? 0))) return ms;
    if (ms > PROBE_MS + SLACK_MS) throw new Error(`traffic was not back on both after ${ms} ms: ${now.join(', ')}`);
    await pause(50);
  }
}

function start(host: Host): Promise<Gateway> {
  const log = join(directory, `${host}-${Date.now()}.log`);
  const config = {
    engine,
    workers: 1,
    listen: { host, port: PORT },
    admin: { host, port: ADMIN_PORT },
    log: { file: log },
    timeouts: { drain: 2 },
    allowedHosts: ['origin.test'],
    allowedPorts: [receiver.origin.port],
    dns: { hosts: { 'origin.test': '127.0.0.1' } },
    addressGuard: { allow: ['127.0.0.0/8'] },
  };
  const started = (): boolean => readOr(log).includes('"event":101');
  return startGateway(config, {}, { started, isSucceeded: true });
}

async function startBalancer(): Promise<ChildProcess> {
  const program = findProgram('haproxy');
  if (program === null) throw new Error('haproxy is not installed');
  const file = join(directory, 'haproxy.cfg');
  writeFileSync(
    file,
    `
defaults
  mode tcp
  timeout connect 1s
  timeout client 30s
  timeout server 30s
  retries 3
  option redispatch 1
frontend agents
  bind 127.0.0.1:${PORT}
  default_backend gateways
backend gateways
  balance leastconn
  option httpchk
  http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host localhost
  default-server check port ${ADMIN_PORT} inter ${PROBE_MS}ms fall ${FALL} rise 1 on-marked-down shutdown-sessions
  server a ${HOSTS[0]}:${PORT}
  server b ${HOSTS[1]}:${PORT}
`,
  );
  const child = spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  endWithUs(child, 'SIGKILL');
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  child.once('exit', (code) => {
    if (code !== null && code !== 0) say(`haproxy ended with ${code}: ${complaints}`);
  });
  await pause(PROBE_MS * 2);
  return child;
}

async function tunnelsOf(host: Host): Promise<number> {
  try {
    const answer = await fetch(`http://${host}:${ADMIN_PORT}/status`, { headers: { connection: 'close' } });
    return ((await answer.json()) as { tunnels: { opened: number } }).tunnels.opened;
  } catch {
    return 0;
  }
}

async function order(host: Host, what: 'drain' | 'restart'): Promise<void> {
  const { status } = await fetch(`http://${host}:${ADMIN_PORT}/${what}`, { method: 'POST' });
  if (status > 299) throw new Error(`${what} was answered ${status}`);
}

function cut(isOff: boolean): void {
  if (!isNamespace) {
    const pid = successors.at(-1) ?? 0;
    for (const each of [pid, ...childrenOf(pid)]) kill(each, isOff ? 'SIGSTOP' : 'SIGCONT');
  } else if (isOff) {
    const rules = ['daddr', 'saddr'].map((way) => `ip ${way} ${victim} drop`).join('\n');
    execFileSync('nft', ['-f', '-'], {
      input: `table inet cut { chain in { type filter hook input priority 0; policy accept;\n${rules}\n}\n}\n`,
    });
  } else {
    execFileSync('nft', ['delete', 'table', 'inet', 'cut']);
  }
}

function childrenOf(pid: number): number[] {
  return readOr(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** True in a namespace with nothing but a loopback device. */
function isAlone(): boolean {
  return readOr('/proc/net/dev').trim().split('\n').length === 3;
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

function say(what: string, stallMs = -1, backMs = -1): void {
  const measured = stallMs < 0 ? '' : `: longest upload ${stallMs} ms, traffic on both ${backMs} ms after it`;
  process.stdout.write(`     ${engine.padEnd(8)} gateway ${what}${measured}\n`);
}
