import { existsSync, readFileSync } from 'node:fs';
import { isLoopback, parseIp } from '../../address/ip.ts';
import type { Firewall, Order } from './firewall.ts';
import { findFirewall } from './firewall.ts';
import type { Machine } from './machine.ts';
import { onMachine } from './machine.ts';
import type { Step } from './steps.ts';
import type { Installation } from './units.ts';
import { SERVICE, SOCKET, SOCKET_FILE, USER_FILE, portOf, unitFiles, unitPaths } from './units.ts';

/** Which steps an installation takes on a machine, decided before the first one. */

export interface Plan {
  readonly steps: readonly Step[];
  /** The firewall that was found; null when none was looked for. */
  readonly firewall: Firewall['kind'] | null;
}

export function planInstall(machine: Machine, installation: Installation, withFirewall: boolean): Plan {
  const files = unitFiles(installation);
  const before = readText(machine, SOCKET_FILE);
  const socket = files.find(({ path }) => path === SOCKET_FILE);
  const opening = withFirewall ? planFirewall(machine, installation, portOf(before)) : null;
  return {
    steps: [
      ...files.map(({ path, text }): Step => ({ kind: 'write', path, text })),
      run('systemd-sysusers', [...rootOption(machine), onMachine(machine, USER_FILE)]),
      { kind: 'own', path: installation.configuration },
      ...(machine.root === '' ? [systemctl('daemon-reload')] : []),
      run('systemctl', [...rootOption(machine), 'enable', SERVICE, SOCKET]),
      ...(machine.root === '' ? startSteps(before, socket?.text ?? '') : []),
      ...(opening?.steps ?? []),
    ],
    firewall: opening?.firewall ?? null,
  };
}

/** A socket that changes its port has to be closed; one that does not stays open while the service restarts. */
function startSteps(before: string, now: string): Step[] {
  const moves = before !== '' && before !== now ? [systemctl('stop', SERVICE, SOCKET)] : [];
  return [...moves, systemctl('start', SOCKET), systemctl('restart', SERVICE)];
}

function planFirewall(machine: Machine, { listen }: Installation, portBefore: number | null): Plan {
  const address = parseIp(listen.host);
  if (address !== null && isLoopback(address)) return { steps: [], firewall: null };
  const firewall = findFirewall(machine);
  if (firewall.kind === 'none' || firewall.kind === 'foreign') return { steps: [], firewall: firewall.kind };
  const moved = portBefore === null || portBefore === listen.port ? [] : firewall.close(portBefore).map(optional);
  return { steps: [...moved, ...firewall.open(listen.port).map(toStep)], firewall: firewall.kind };
}

/** Null when nothing is installed. */
export function planUninstall(machine: Machine, withFirewall: boolean): Plan | null {
  const present = unitPaths().filter((path) => existsSync(onMachine(machine, path)));
  if (present.length === 0) return null;
  const isHere = machine.root === '';
  const port = portOf(readText(machine, SOCKET_FILE));
  const firewall = withFirewall && port !== null ? findFirewall(machine) : null;
  const closing = firewall !== null && 'close' in firewall && port !== null ? firewall.close(port) : [];
  const now = isHere ? ['--now'] : [];
  return {
    steps: [
      { ...run('systemctl', [...rootOption(machine), 'disable', ...now, SERVICE, SOCKET]), isOptional: true },
      ...present.map((path): Step => ({ kind: 'remove', path })),
      ...(isHere ? [systemctl('daemon-reload')] : []),
      ...closing.map(optional),
    ],
    firewall: firewall?.kind ?? null,
  };
}

/** The text of a file of the machine; "" when there is none. */
export function readText(machine: Machine, path: string): string {
  try {
    return readFileSync(onMachine(machine, path), 'utf8');
  } catch {
    return '';
  }
}

function rootOption({ root }: Machine): string[] {
  return root === '' ? [] : [`--root=${root}`];
}

type RunStep = Extract<Step, { kind: 'run' }>;

function run(program: string, args: readonly string[]): RunStep {
  return { kind: 'run', order: { program, args } };
}

function systemctl(...args: readonly string[]): RunStep {
  return run('systemctl', args);
}

function toStep(order: Order): Step {
  return { kind: 'run', order };
}

function optional(order: Order): Step {
  return { kind: 'run', order, isOptional: true };
}
