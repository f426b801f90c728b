import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Loaded, Sources } from '../config/load.ts';
import type { Config } from '../config/schema.ts';

/**
 * Loads a configuration in a thread of its own: reading and checking a hundred thousand hosts takes longer than the
 * primary, which accepts connections, may be away. They come back in slices, each asked for when the last one is stored.
 */

export type FromLoader =
  | { readonly kind: 'hosts'; readonly hosts: readonly string[] }
  /** The last message; `allowedHosts` of a configuration is empty, because it came before. */
  | { readonly kind: 'loaded'; readonly loaded: Loaded };

/** Never rejects: a thread that fails is a problem like any other. */
export function loadAside(sources: Sources): Promise<Loaded> {
  const extension = extname(fileURLToPath(import.meta.url));
  const { file, flags } = sources;
  const environment = ownVariables(sources.environment);
  const workerData: Sources = { file, flags, environment };
  return new Promise((resolve) => {
    const thread = new Worker(new URL(`./load-aside-main${extension}`, import.meta.url), { workerData });
    const hosts: string[] = [];
    thread.on('message', (message: FromLoader) => {
      if (message.kind === 'hosts') {
        for (const host of message.hosts) hosts.push(host);
        thread.postMessage('next');
        return;
      }
      resolve(message.loaded.ok ? { ok: true, config: withHosts(message.loaded.config, hosts) } : message.loaded);
    });
    thread.on('error', (error: unknown) => {
      const message = `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
      resolve({ ok: false, problems: [{ path: file, message }] });
    });
  });
}

function withHosts(config: Config, allowedHosts: string[]): Config {
  return Object.freeze({ ...config, allowedHosts });
}

function ownVariables(environment: Sources['environment']): Sources['environment'] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('OMS_GATEWAY_')));
}
