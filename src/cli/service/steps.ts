import { chmodSync, chownSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory } from '../../files/make-directory.ts';
import { writeAtomically } from '../../config/atomic-write.ts';
import { text } from '../text.ts';
import type { Order } from './firewall.ts';
import type { Machine } from './machine.ts';
import { onMachine } from './machine.ts';
import { USER } from './units.ts';

/** What an installation does, a step at a time: told beforehand with --dry-run, told afterwards without. */

export type Step =
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  | { readonly kind: 'remove'; readonly path: string }
  /** Gives a file to the user of the service; it may hold secrets that nobody else reads. */
  | { readonly kind: 'own'; readonly path: string }
  | { readonly kind: 'run'; readonly order: Order; /** Going on without it is right. */ readonly isOptional?: boolean };

/** A sentence about a step that is still to be done. */
export function foretell(step: Step): string {
  switch (step.kind) {
    case 'write':
      return text('service.would-write', { file: step.path });
    case 'remove':
      return text('service.would-remove', { file: step.path });
    case 'own':
      return text('service.would-own', { file: step.path, user: USER });
    case 'run':
      return text('service.would-run', { command: commandOf(step.order) });
  }
}

export interface StepDone {
  readonly ok: boolean;
  /** What was done, or why it was not. */
  readonly line: string;
}

/** Never throws. */
export function perform(machine: Machine, step: Step): StepDone {
  if (step.kind === 'run') return runOrder(machine, step.order, step.isOptional === true);
  try {
    const path = onMachine(machine, step.path);
    switch (step.kind) {
      case 'write':
        makeDirectory(dirname(path));
        writeAtomically(path, step.text, { secret: false });
        // Whatever the umask of whoever installs: systemd tells everybody what is in its units.
        chmodSync(path, 0o644);
        return { ok: true, line: text('service.wrote', { file: step.path }) };
      case 'remove':
        rmSync(path, { force: true });
        return { ok: true, line: text('service.removed', { file: step.path }) };
      case 'own':
        return own(machine, step.path);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { ok: false, line: text('service.failed-file', { file: step.path, detail: code ?? message }) };
  }
}

function runOrder(machine: Machine, order: Order, isOptional: boolean): StepDone {
  const { ok, problem } = machine.run(order.program, order.args);
  const command = commandOf(order);
  if (ok) return { ok, line: text('service.ran', { command }) };
  return { ok: isOptional, line: text('service.failed-run', { command, detail: problem }) };
}

function own(machine: Machine, path: string): StepDone {
  // The line of passwd(5): name, password, user, group.
  const users = readFileSync(onMachine(machine, '/etc/passwd'), 'utf8');
  const [, uid, gid] = new RegExp(`^${USER}:[^:]*:(\\d+):(\\d+):`, 'm').exec(users) ?? [];
  if (uid === undefined) return { ok: false, line: text('service.no-user', { user: USER }) };
  chownSync(onMachine(machine, path), Number(uid), Number(gid));
  return { ok: true, line: text('service.owned', { file: path, user: USER }) };
}

/** As it would be typed. */
export function commandOf({ program, args }: Order): string {
  return [program, ...args].map((word) => (/^[\w@%+=:,./"-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}
