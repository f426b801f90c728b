import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Tree } from '../config/file.ts';
import { isTree } from '../config/file.ts';
import { maskSecrets } from '../config/masking.ts';
import type { Config } from '../config/schema.ts';
import type { Change } from '../config/store.ts';
import type { EditOptions, EditPlan } from './edit.ts';
import { runEdit } from './edit.ts';
import { EXIT } from './exit-code.ts';
import type { Done } from './options.ts';
import { addEditOptions, addViewOptions, printJson, printLines, warnLines } from './options.ts';
import { Prompter } from './prompt.ts';
import { configFile, loadFile } from './sources.ts';
import { problemText, text } from './text.ts';
import { padded, widthOf } from './width.ts';

/** `oms-gateway relay-proxy get|set|clear`: the upstream proxy. */
export function registerRelayProxy(program: Command, done: Done): void {
  const group = program.command('relay-proxy').description(text('help.relay'));
  const get = group.command('get').description(text('help.relay.get'));
  addViewOptions(get).action(() => {
    done(showRelay(get.opts()));
  });
  const set = group
    .command('set <address>')
    .description(text('help.relay.set'))
    .option('--username <name>', text('help.relay.username'))
    .option('--password-file <file>', text('help.relay.password-file'))
    .option('--password-stdin', text('help.relay.password-stdin'))
    .option('--bypass <hosts>', text('help.relay.bypass'));
  addEditOptions(set).action(async (address: string) => {
    done(await setCommand(address, set.opts()));
  });
  const clear = group.command('clear').description(text('help.relay.clear'));
  addEditOptions(clear).action(async () => {
    done(await clearRelay(clear.opts()));
  });
}

interface SetOptions extends EditOptions {
  readonly username?: string;
  readonly passwordFile?: string;
  readonly passwordStdin?: boolean;
  readonly bypass?: string;
}

/** A relay as a command was told to set it. */
export interface RelayGiven {
  readonly address: string;
  readonly username?: string;
  readonly password?: string;
  readonly passwordFile?: string;
  readonly bypass?: readonly string[];
}

async function setCommand(address: string, options: SetOptions): Promise<number> {
  if (address.includes('@')) return usage(text('relay.user-info'));
  const { username, passwordFile } = options;
  const credentials = await readCredentials(options);
  if (typeof credentials === 'string') return usage(credentials);
  const bypass = options.bypass
    ?.split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  return await setRelay(options, {
    address,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? credentials : { passwordFile: resolve(passwordFile) }),
    ...(bypass === undefined ? {} : { bypass }),
  });
}

/** The password from where it is safe: standard input, the environment, a hidden question. A text says what is missing. */
async function readCredentials(options: SetOptions): Promise<{ readonly password?: string } | string> {
  const { username, passwordFile, passwordStdin = false } = options;
  const { OMS_GATEWAY_RELAY_PROXY_PASSWORD: variable = '' } = process.env;
  if (username === undefined) return passwordFile === undefined && !passwordStdin ? {} : text('relay.no-username');
  if (passwordFile !== undefined) return {};
  if (passwordStdin) return { password: firstLine(readFileSync(0, 'utf8')) };
  if (variable !== '') return { password: variable };
  if (!process.stdin.isTTY) return text('relay.no-password');
  const password = await askPassword(text('relay.ask-password', { username }));
  return password === null || password === '' ? text('relay.no-password') : { password };
}

/** A hidden question on the terminal; null without an answer. */
export async function askPassword(question: string): Promise<string | null> {
  const prompter = new Prompter(process.stdin, process.stderr);
  const password = await prompter.askHidden(question);
  prompter.close();
  return password;
}

function firstLine(text: string): string {
  return /^[^\r\n]*/.exec(text)?.[0] ?? '';
}

/** Sets one relay, in place of whatever was there; credentials that are not given are gone. @returns the exit code */
export async function setRelay(options: EditOptions, given: RelayGiven): Promise<number> {
  return await runEdit(options, (tree, file) => planSet(tree, file, given));
}

/** @returns the exit code */
export async function clearRelay(options: EditOptions): Promise<number> {
  return await runEdit(options, (tree, file) => ({
    changes: [{ kind: 'set', path: ['relayProxy'], value: undefined }],
    did: [text('relay.cleared', { file })],
    notes: tree['relayProxy'] === undefined ? [text('relay.none')] : [],
  }));
}

const CREDENTIALS = ['username', 'password', 'passwordFile'] as const;

function planSet(tree: Tree, file: string, given: RelayGiven): EditPlan {
  const { changes, replaced } = relayChanges(tree, given);
  const did = [text('relay.set', { address: given.address, file })];
  if (given.username !== undefined) did.push(text('relay.credentials', { username: given.username }));
  if (replaced > 0) did.push(text('relay.replaced-list', { count: replaced }));
  return { changes, did };
}

/** What makes `given` the one relay of a tree; `replaced` is the length of the list that was there. */
export function relayChanges(tree: Tree, given: RelayGiven): { readonly changes: Change[]; readonly replaced: number } {
  const before = tree['relayProxy'];
  if (!isTree(before)) {
    const replaced = Array.isArray(before) ? before.length : 0;
    return { changes: [{ kind: 'set', path: ['relayProxy'], value: given }], replaced };
  }
  // Key by key, so that the rest of the section stays as it was written.
  const keys: [string, unknown][] = Object.entries(given);
  const changes: Change[] = keys.map(([key, value]) => ({ kind: 'set', path: ['relayProxy', key], value }));
  for (const key of CREDENTIALS) {
    if (given[key] !== undefined || before[key] === undefined) continue;
    changes.push({ kind: 'set', path: ['relayProxy', key], value: undefined });
  }
  return { changes, replaced: 0 };
}

/** The relays with their passwords masked. @returns the exit code */
export function showRelay(options: Pick<EditOptions, 'config' | 'json'>): number {
  const loaded = loadFile(configFile({ ...options }));
  if (!loaded.ok) {
    warnLines(loaded.problems.map(problemText));
    return EXIT.configuration;
  }
  const { relayProxy } = loaded.config;
  if (options.json === true) {
    printJson(maskSecrets(relayProxy));
    return EXIT.done;
  }
  const relays = (Array.isArray(relayProxy) ? relayProxy : [relayProxy]).filter(({ address }) => address !== '');
  if (relays.length === 0) printLines([text('relay.none')]);
  else printLines(relays.flatMap((relay, index) => (index === 0 ? shown(relay) : ['', ...shown(relay)])));
  return EXIT.done;
}

type RelayKeys = Exclude<Config['relayProxy'], readonly unknown[]>;

function shown(relay: RelayKeys): string[] {
  const masked = maskSecrets(relay) as RelayKeys;
  const rows = [
    [text('relay.address'), masked.address],
    [text('relay.username'), masked.username],
    [text('relay.password'), masked.password],
    [text('relay.password-file'), masked.passwordFile],
    [text('relay.bypass'), masked.bypass.join(', ')],
  ] as const;
  const width = Math.max(...rows.map(([name]) => widthOf(name)));
  return rows.flatMap(([name, value]) => (value === '' ? [] : [`${padded(name, width)} : ${value}`]));
}

function usage(message: string): number {
  warnLines([message]);
  return EXIT.usage;
}
