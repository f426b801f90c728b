import type { Command } from 'commander';
import { addConfigOptions } from './sources.ts';
import { text } from './text.ts';

/** Options that commands share. */

/** `--config` and `--json`. */
export function addViewOptions(command: Command): Command {
  return addConfigOptions(command, false).option('--json', text('help.option.json'));
}

/** As `addViewOptions`, and `--dry-run`. */
export function addEditOptions(command: Command): Command {
  return addViewOptions(command).option('--dry-run', text('help.option.dry-run'));
}

/** What a command is told about how it went, see exit-code.ts. */
export type Done = (code: number) => void;

/** Prints a value as JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints lines on standard output. */
export function printLines(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Prints lines on standard error, as everything that is not the result. */
export function warnLines(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`oms-gateway: ${line}\n`);
}
