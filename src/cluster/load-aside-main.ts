import { parentPort, workerData } from 'node:worker_threads';
import type { Sources } from '../config/load.ts';
import { loadConfig } from '../config/load.ts';
import { readPasswordFiles } from '../config/password-file.ts';
import type { FromLoader } from './load-aside.ts';

/** Entry point of the thread that `loadAside` starts. */

const SLICE = 1_000;

const port = parentPort;
if (port === null) throw new Error('this file is a thread of the primary');
const loaded = readPasswordFiles(loadConfig(workerData as Sources));
const hosts = loaded.ok ? loaded.config.allowedHosts : [];
let sent = 0;
const next = (): void => {
  if (sent < hosts.length) {
    port.postMessage({ kind: 'hosts', hosts: hosts.slice(sent, sent + SLICE) } satisfies FromLoader);
    sent += SLICE;
    return;
  }
  const rest = loaded.ok ? { ok: true as const, config: { ...loaded.config, allowedHosts: [] } } : loaded;
  port.postMessage({ kind: 'loaded', loaded: rest } satisfies FromLoader);
  port.close();
};
port.on('message', next);
next();
