import { readFileSync, readdirSync } from 'node:fs';
import { isGuid } from './guid.ts';
import { packageFile } from './package-file.ts';

/** The presets that `config/presets` holds, and how their names are read: NAME, FAMILY/REGION, FAMILY/REGION/ACCOUNT. */

export interface Region {
  /** As the documentation prints it, e.g. "West Europe". */
  readonly region: string;
  /** The short form host names carry, e.g. "we". */
  readonly code: string;
  /** Instead of the family's zone. */
  readonly zone?: string;
  readonly zones?: readonly string[];
  /** Instead of what the templates make. */
  readonly hosts?: readonly string[];
  /** Beside them. */
  readonly extraHosts?: readonly string[];
}

export interface PresetFile {
  readonly description: string;
  readonly source: string;
  /** Year-month-day on which the source was read. */
  readonly date: string;
  readonly notes?: readonly string[];
  /** Hosts by cloud; a family of regional presets has the other keys instead. */
  readonly hosts?: Readonly<Record<'public' | 'usgovernment' | 'china', readonly string[]>>;
  /** With {code}, {zone} and {accountId}. */
  readonly templates?: readonly string[];
  readonly zone?: string;
  readonly regions?: readonly Region[];
}

export interface PresetName {
  readonly file: PresetFile;
  /** Null for a preset without regions. */
  readonly region: Region | null;
  /** Id of an Automation account; null for every account. */
  readonly account: string | null;
}

const ACCOUNT = '{accountId}';

let files: ReadonlyMap<string, PresetFile> | null = null;

/** Every preset file by its name. Read once: they belong to the package. */
export function presetFiles(): ReadonlyMap<string, PresetFile> {
  files ??= new Map(
    readdirSync(packageFile('config/presets'))
      .flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []))
      .sort()
      .map((name) => [name, read(`${name}.json`)]),
  );
  return files;
}

function read(file: string): PresetFile {
  return JSON.parse(readFileSync(packageFile(`config/presets/${file}`), 'utf8')) as PresetFile;
}

/** The name of each preset, those of regions spelled out: "azure-monitor", "hybrid-worker/westeurope". */
export function presetNames(): string[] {
  return [...presetFiles()].flatMap(([name, { regions }]) =>
    regions === undefined ? [name] : regions.map(({ region }) => `${name}/${slug(region)}`),
  );
}

/** "azure-monitor, hybrid-worker/REGION": what may be written, in short. */
export function presetForms(): string {
  return [...presetFiles()].map(([name, { regions }]) => (regions === undefined ? name : `${name}/REGION`)).join(', ');
}

/** Reads a name: the region as "westeurope", "West Europe" or "we". Null when there is no such preset. */
export function parsePresetName(text: string): PresetName | null {
  const [name = '', region, account, ...rest] = text.split('/');
  const file = presetFiles().get(name);
  if (file === undefined || rest.length > 0) return null;
  if (file.regions === undefined) return region === undefined ? { file, region: null, account: null } : null;
  const wanted = slug(region ?? '');
  const found = file.regions.find((each) => each.code === wanted || slug(each.region) === wanted);
  if (found === undefined) return null;
  if (account === undefined) return { file, region: found, account: null };
  const byAccount = file.templates?.some((template) => template.includes(ACCOUNT)) === true;
  return byAccount && isGuid(account) ? { file, region: found, account: account.toLowerCase() } : null;
}

/** "westeurope" for "West Europe". */
function slug(region: string): string {
  return region.toLowerCase().replaceAll(' ', '');
}
