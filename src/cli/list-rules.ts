import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HostRule } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';
import { readList } from '../lists/read-list.ts';
import { loadCopy } from '../lists/store.ts';

/**
 * Hosts of `hostLists` as they are on this machine: files as they are now, downloads as their last good copy, which is
 * what a gateway that starts here allows. Nothing is downloaded.
 * @param file the configuration file, beside which copies are kept when `stateDirectory` says nothing
 */
export function listRules(config: Pick<Config, 'hostLists' | 'stateDirectory'>, file: string): HostRule[] {
  const directory = config.stateDirectory === '' ? defaultDirectory(file) : config.stateDirectory;
  return config.hostLists.flatMap(({ url, file: list }) => {
    const entries = list === '' ? (loadCopy(directory, url)?.entries ?? []) : entriesOf(list);
    const origin = `host list ${list === '' ? url : list}`;
    return entries.map((pattern) => ({ pattern, origin }));
  });
}

/** STATE_DIRECTORY is what a service manager gives (systemd.exec(5)), several divided by colons. */
function defaultDirectory(file: string): string {
  const [given = ''] = (process.env['STATE_DIRECTORY'] ?? '').split(':');
  return given === '' ? join(dirname(file), 'state') : given;
}

function entriesOf(file: string): readonly string[] {
  try {
    const read = readList(readFileSync(file, 'utf8'));
    return read.ok ? read.entries : [];
  } catch {
    return [];
  }
}
