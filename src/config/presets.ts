import type { PresetFile, Region } from './preset-names.ts';
import { parsePresetName } from './preset-names.ts';
import type { Config } from './schema.ts';
import { workspaceHosts } from './workspaces.ts';

/** Named sets of hosts in `config/presets/*.json`: what a service needs, by cloud or region, with source and date. */

/** One allowed host and where it comes from, e.g. `{ pattern: "*.x.com", origin: "preset azure-monitor" }`. */
export interface HostRule {
  readonly pattern: string;
  readonly origin: string;
}

/** Allowed hosts of one origin: how they travel to whoever compiles them. */
export interface HostGroup {
  readonly origin: string;
  readonly patterns: readonly string[];
}

export interface Preset extends Pick<PresetFile, 'description' | 'source' | 'date' | 'notes'> {
  /** What it allows in each cloud. A region lies in one cloud and is allowed whatever `cloud` says: it was named. */
  readonly hosts: Readonly<Record<Config['cloud'], readonly string[]>>;
}

/** Reads a preset. @throws when there is none of that name; the configuration schema has checked it before */
export function loadPreset(name: string): Preset {
  const parsed = parsePresetName(name);
  if (parsed === null) throw new Error(`unknown preset ${name}`);
  const { file, region, account } = parsed;
  if (region === null) return { ...file, hosts: file.hosts ?? everywhere([]) };
  return { ...file, hosts: everywhere(hostsOf(file, region, account ?? '*')) };
}

/** All allowed hosts of a configuration with their origin: its own entries first, then its presets and workspaces. */
export function resolveHostRules(
  config: Pick<Config, 'allowedHosts' | 'presets' | 'cloud' | 'workspaces'>,
): HostRule[] {
  const own = config.allowedHosts.map((pattern) => ({ pattern, origin: 'allowedHosts' }));
  const preset = config.presets.flatMap((name) =>
    loadPreset(name).hosts[config.cloud].map((pattern) => ({ pattern, origin: `preset ${name}` })),
  );
  const workspace = config.workspaces.flatMap((id) =>
    workspaceHosts(id, config.cloud).map((pattern) => ({ pattern, origin: `workspace ${id}` })),
  );
  return [...own, ...preset, ...workspace];
}

/** The same rules in the same order, neighbours of one origin together. */
export function groupByOrigin(rules: readonly HostRule[]): HostGroup[] {
  const groups: { origin: string; patterns: string[] }[] = [];
  for (const { origin, pattern } of rules) {
    const last = groups.at(-1);
    if (last?.origin === origin) last.patterns.push(pattern);
    else groups.push({ origin, patterns: [pattern] });
  }
  return groups;
}

function everywhere(hosts: readonly string[]): Preset['hosts'] {
  return { public: hosts, usgovernment: hosts, china: hosts };
}

/** @param account what stands for {accountId}: an id, or "*" for all */
function hostsOf(file: PresetFile, region: Region, account: string): string[] {
  const zones = region.zones ?? [region.zone ?? file.zone ?? ''];
  const made = zones.flatMap((zone) =>
    (file.templates ?? []).map((template) =>
      template.replace('{code}', region.code).replace('{zone}', zone).replace('{accountId}', account),
    ),
  );
  return [...(region.hosts ?? made), ...(region.extraHosts ?? [])];
}
