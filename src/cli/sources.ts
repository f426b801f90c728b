import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { KEYS } from '../config/keys.ts';
import type { Loaded, Sources } from '../config/load.ts';
import { loadConfig } from '../config/load.ts';
import { packageFile } from '../config/package-file.ts';
import { languageOf } from '../languages/tags.ts';
import { descriptionText, text } from './text.ts';

/** Where a command takes its configuration from: the flags that name it, and how they are read. */

/** Where an installed gateway has its configuration. */
export const SYSTEM_FILE = '/etc/oms-gateway/gateway.json';

/** Adds `--config` and, with `keys`, a flag for every key. @param bare flags that mean something without a value, too */
export function addConfigOptions(command: Command, keys: boolean, bare: readonly string[] = []): Command {
  command.option('--config <file>', text('help.option.config', { file: SYSTEM_FILE }));
  for (const { flag, meta } of keys ? KEYS : []) {
    command.option(bare.includes(flag) ? `${flag} [value]` : `${flag} <value>`, descriptionText(meta));
  }
  return command;
}

/** The file a command works on: --config, OMS_GATEWAY_CONFIG, the system's, the package's. */
export function configFile(options: Readonly<Record<string, unknown>>): string {
  const { OMS_GATEWAY_CONFIG: variable = '' } = process.env;
  if (typeof options['config'] === 'string') return options['config'];
  if (variable !== '') return variable;
  return existsSync(SYSTEM_FILE) ? SYSTEM_FILE : packageFile('config/gateway.json');
}

/** Loads the configuration a command was given. */
export function loadFor(command: Command): Loaded {
  return loadConfig(sourcesFor(command));
}

/** Where the configuration of a command comes from. */
export function sourcesFor(command: Command): Sources {
  // --language may stand before the name of the command.
  const options = command.optsWithGlobals<Record<string, unknown>>();
  const flags: Record<string, string> = {};
  for (const { flag } of KEYS) {
    const value = options[camel(flag)];
    if (typeof value === 'string') flags[flag] = value;
  }
  // `start --language de` is `--log-language de`, and counts at a reload as well.
  const spoken = typeof options['language'] === 'string' ? languageOf(options['language']) : null;
  if (spoken !== null) flags['--log-language'] ??= spoken;
  return { file: configFile(options), environment: process.env, flags };
}

/** Loads a file as a gateway that starts here would: with `OMS_GATEWAY_*` over it. */
export function loadFile(file: string): Loaded {
  return loadConfig({ file, environment: process.env, flags: {} });
}

/** The name commander gives an option: "--listen-port" is `listenPort`. */
function camel(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
