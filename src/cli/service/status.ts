import { text } from '../text.ts';
import type { Machine } from './machine.ts';
import { readText } from './plan.ts';
import { SERVICE, SOCKET, SOCKET_FILE, portOf, unitPaths } from './units.ts';

/** Whether the service is there and what it does, as files and systemd tell. */

export interface ServiceStatus {
  /** Every unit file is there. */
  readonly installed: boolean;
  readonly files: readonly { readonly path: string; readonly present: boolean }[];
  /** The port of the socket unit; null when there is none. */
  readonly port: number | null;
  /** What systemd says of the units; null where it does not run. */
  readonly active: boolean | null;
  readonly units: readonly { readonly unit: string; readonly active: string; readonly enabled: string }[];
}

export function serviceStatus(machine: Machine): ServiceStatus {
  const files = unitPaths().map((path) => ({ path, present: readText(machine, path) !== '' }));
  const isHere = machine.root === '' && machine.isBooted;
  const units = isHere ? [SERVICE, SOCKET].map((unit) => unitStatus(machine, unit)) : [];
  return {
    installed: files.every(({ present }) => present),
    files,
    port: portOf(readText(machine, SOCKET_FILE)),
    active: isHere ? units.every(({ active }) => active === 'active') : null,
    units,
  };
}

function unitStatus(machine: Machine, unit: string): ServiceStatus['units'][number] {
  const ask = (question: string): string => machine.run('systemctl', [question, unit]).out.trim() || 'unknown';
  return { unit, active: ask('is-active'), enabled: ask('is-enabled') };
}

export function statusLines({ installed, files, port, units }: ServiceStatus): string[] {
  const lines = files.map(({ path, present }) => text(present ? 'service.file' : 'service.no-file', { file: path }));
  const states = units.map(({ unit, active, enabled }) => text('service.unit', { unit, active, enabled }));
  const socket = port === null ? [] : [text('service.port', { port })];
  return [...lines, ...socket, ...states, text(installed ? 'service.is-installed' : 'service.not-installed')];
}
