import type { Command } from 'commander';
import { parseConfiguredHost } from '../address/host.ts';
import type { IpRange } from '../address/ip.ts';
import { ipFromBytes } from '../address/ip.ts';
import { check } from '../config/load.ts';
import type { HostRule } from '../config/presets.ts';
import { resolveHostRules } from '../config/presets.ts';
import { HostMatcher, parseHostPattern } from '../policy/host-pattern.ts';
import type { EditOptions } from './edit.ts';
import { runEdit } from './edit.ts';
import { EXIT } from './exit-code.ts';
import { listRules } from './list-rules.ts';
import type { ListEdit } from './lists.ts';
import { planAdd, planRemove } from './lists.ts';
import type { Done } from './options.ts';
import { addEditOptions, addViewOptions, printJson, printLines, warnLines } from './options.ts';
import { configFile, loadFile } from './sources.ts';
import { problemText, text } from './text.ts';

/** `oms-gateway allowed-host add|remove|list`: the destinations that may be reached. */
export function registerAllowedHost(program: Command, done: Done): void {
  const group = program.command('allowed-host').description(text('help.host'));
  const add = group.command('add <hosts...>').description(text('help.host.add'));
  addEditOptions(add).action(async (hosts: string[]) => {
    done(await addHosts(add.opts(), hosts));
  });
  const remove = group.command('remove <hosts...>').description(text('help.host.remove'));
  addEditOptions(remove).action(async (hosts: string[]) => {
    done(await removeHosts(remove.opts(), hosts));
  });
  const list = group.command('list').description(text('help.host.list'));
  addViewOptions(list.option('--all', text('help.host.all'))).action(() => {
    done(listHosts(list.opts()));
  });
}

/** @returns the exit code */
export async function addHosts(options: EditOptions, hosts: readonly string[]): Promise<number> {
  return await runEdit(options, (tree, file) => planAdd(hostList(file), hosts, tree));
}

/** Tells as well when another rule still allows the host. @returns the exit code */
export async function removeHosts(options: EditOptions, hosts: readonly string[]): Promise<number> {
  return await runEdit(options, (tree, file) => {
    const plan = planRemove(hostList(file), hosts, tree);
    const rest = { ...tree, allowedHosts: withoutHosts(tree['allowedHosts'], hosts) };
    return { ...plan, notes: [...(plan.notes ?? []), ...stillAllowed(rest, hosts)] };
  });
}

export interface ListHostsOptions extends Pick<EditOptions, 'config' | 'json'> {
  readonly all?: boolean;
}

/** The hosts of the file, one a line; with `all` those of every source, each with its origin. @returns the exit code */
export function listHosts(options: ListHostsOptions): number {
  const file = configFile({ ...options });
  const loaded = loadFile(file);
  if (!loaded.ok) {
    warnLines(loaded.problems.map(problemText));
    return EXIT.configuration;
  }
  const { config } = loaded;
  const rules =
    options.all === true ? [...resolveHostRules(config), ...listRules(config, file)] : ownRules(config.allowedHosts);
  if (options.json === true) printJson(rules.map(({ pattern, origin }) => ({ host: pattern, origin })));
  else if (rules.length === 0) warnLines([text(options.all === true ? 'host.none-all' : 'host.none', { file })]);
  else if (options.all === true) printLines(table(rules));
  else printLines(rules.map(({ pattern }) => pattern));
  return EXIT.done;
}

function ownRules(hosts: readonly string[]): HostRule[] {
  return hosts.map((pattern) => ({ pattern, origin: 'allowedHosts' }));
}

function table(rules: readonly HostRule[]): string[] {
  const width = Math.min(64, Math.max(...rules.map(({ pattern }) => pattern.length)));
  return rules.map(({ pattern, origin }) => `${pattern.padEnd(width)}  ${origin}`);
}

function hostList(file: string): ListEdit {
  return {
    key: 'allowedHosts',
    canonical: canonicalHost,
    sentences: {
      added: (host) => text('host.added', { host, file }),
      present: (host) => text('host.present', { host, file }),
      removed: (host) => text('host.removed', { host, file }),
      missing: (host) => text('host.missing', { host, file }),
    },
  };
}

/** "www.test.com" for "WWW.Test.com."; ranges by their bytes. */
function canonicalHost(entry: string): string {
  const parsed = parseHostPattern(entry);
  if (!parsed.ok) return entry;
  const { pattern } = parsed;
  switch (pattern.kind) {
    case 'exact':
      return pattern.text;
    case 'suffix':
      return `*.${pattern.suffix}`;
    case 'range':
      return `${ipFromBytes(networkOf(pattern.range)).text}/${pattern.range.prefixBits}`;
  }
}

/** The address of a range with the bits behind its prefix cleared: 10.1.2.3/16 and 10.1.0.0/16 are one range. */
function networkOf({ bytes, prefixBits }: IpRange): Uint8Array {
  return bytes.map((byte, index) => {
    const kept = Math.max(0, Math.min(8, prefixBits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
}

function withoutHosts(list: unknown, hosts: readonly string[]): unknown {
  const gone = new Set(hosts.map(canonicalHost));
  if (!Array.isArray(list)) return list;
  return list.filter((entry) => typeof entry !== 'string' || !gone.has(canonicalHost(entry)));
}

function stillAllowed(tree: unknown, hosts: readonly string[]): string[] {
  const checked = check(tree);
  if (!checked.ok) return [];
  const matcher = new HostMatcher();
  for (const { pattern, origin } of resolveHostRules(checked.config)) {
    const parsed = parseHostPattern(pattern);
    if (parsed.ok) matcher.add(parsed.pattern, origin, pattern);
  }
  return hosts.flatMap((host) => {
    const parsed = parseConfiguredHost(host);
    const rule = parsed.ok ? matcher.match(parsed.host) : null;
    return rule === null ? [] : [text('host.still-allowed', { host, rule })];
  });
}
