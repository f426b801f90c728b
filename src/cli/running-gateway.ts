import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { readAdminRecord } from '../admin/record.ts';
import { readConfigFile } from '../config/file.ts';
import { valueAtPath } from '../config/key-path.ts';
import type { Config } from '../config/schema.ts';
import { stateDirectoryOf } from '../config/state-directory.ts';
import type { AdminEndpoint } from './admin-client.ts';
import { adminEndpoint } from './admin-client.ts';
import { SYSTEM_FILE } from './sources.ts';

/** What commands know of the gateway that runs on a configuration file. */

/** StateDirectory of config/systemd/oms-gateway.service, under /var/lib (systemd.exec(5)). */
const SERVICE_DIRECTORY = '/var/lib/oms-gateway';

/** Where it keeps what outlives it. A service is told by systemd, which commands are not. */
export function stateDirectoryFor(file: string, { stateDirectory }: Pick<Config, 'stateDirectory'>): string {
  const { STATE_DIRECTORY: variable } = process.env;
  const ofService = file === SYSTEM_FILE && existsSync(SERVICE_DIRECTORY) ? SERVICE_DIRECTORY : undefined;
  return stateDirectoryOf(stateDirectory, variable ?? ofService, dirname(file));
}

/**
 * Where its admin API is asked although its file is wrong by now, or gone: a gateway that refused it serves on.
 * @returns null when none runs on it
 */
export function endpointDespite(file: string): AdminEndpoint | null {
  const read = readConfigFile(file);
  const tree = read.ok ? read.tree : {};
  const [directory, token] = [valueAtPath(tree, ['stateDirectory']), valueAtPath(tree, ['admin', 'token'])];
  const stateDirectory = stateDirectoryFor(file, { stateDirectory: typeof directory === 'string' ? directory : '' });
  const opened = readAdminRecord(stateDirectory, file);
  if (opened === null) return null;
  return adminEndpoint({ admin: { ...opened, token: typeof token === 'string' ? token : '' } });
}

/**
 * Where its admin API is asked: where it was opened, for a file whose `admin` has been changed since; else where the file says.
 * @returns null when it has none
 */
export function runningEndpoint(file: string, config: Pick<Config, 'admin' | 'stateDirectory'>): AdminEndpoint | null {
  const opened = readAdminRecord(stateDirectoryFor(file, config), file);
  return adminEndpoint(opened === null ? config : { admin: { ...config.admin, host: opened.host, port: opened.port } });
}
