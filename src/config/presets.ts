import { readFileSync } from 'node:fs';
import { packageFile } from './package-file.ts';
import { presetNames } from './preset-names.ts';
import type { Config } from './schema.ts';

/** Named sets of hosts in `config/presets/*.json`: what a service needs, by cloud, with source and date. */

/** One allowed host and where it comes from, e.g. `{ pattern: "*.x.com", origin: "preset azure-monitor" }`. */
export interface HostRule {
  readonly pattern: string;
  readonly origin: string;
}

interface PresetFile {
  readonly description: string;
  readonly source: string;
  readonly date: string;
  readonly notes?: readonly string[];
  readonly hosts: Readonly<Record<Config['cloud'], readonly string[]>>;
}

/** Reads a preset. @throws when there is none of that name; the configuration schema has checked it before */
export function loadPreset(name: string): PresetFile {
  if (!presetNames().includes(name)) throw new Error(`unknown preset ${name}`);
  return JSON.parse(readFileSync(packageFile(`config/presets/${name}.json`), 'utf8')) as PresetFile;
}

/** All allowed hosts of a configuration with their origin: its own entries first, then its presets. */
export function resolveHostRules(config: Pick<Config, 'allowedHosts' | 'presets' | 'cloud'>): HostRule[] {
  const own = config.allowedHosts.map((pattern) => ({ pattern, origin: 'allowedHosts' }));
  const preset = config.presets.flatMap((name) =>
    loadPreset(name).hosts[config.cloud].map((pattern) => ({ pattern, origin: `preset ${name}` })),
  );
  return [...own, ...preset];
}
