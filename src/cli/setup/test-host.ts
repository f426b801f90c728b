import { parseConfiguredHost } from '../../address/host.ts';
import { relaysOf } from '../../config/relays.ts';
import type { Config } from '../../config/schema.ts';
import { workspaceHosts } from '../../config/workspaces.ts';
import { explainPolicy } from '../explain.ts';
import { text } from '../text.ts';
import { reachDirectly, reachThrough } from './reach.ts';

/** The last check of the setup: a host that the new configuration allows is reached as agents will reach it. */

/** A host that the answers allow and that everybody can connect to. */
export function proposedHost(config: Config): string | null {
  const [id] = config.workspaces;
  if (id !== undefined) return workspaceHosts(id, config.cloud)[1] ?? null;
  const control = { public: 'com', usgovernment: 'us', china: 'cn' }[config.cloud];
  return config.presets.includes('azure-monitor') ? `global.handler.control.monitor.azure.${control}` : null;
}

export interface Tested {
  readonly ok: boolean;
  /** What to say about it. */
  readonly line: string;
}

/** Would it be allowed, and is it there, on port 443? Connects as a tunnel would: directly, or through the first relay. */
export async function testHost(config: Config, name: string): Promise<Tested> {
  const parsed = parseConfiguredHost(name);
  if (!parsed.ok) return { ok: false, line: text('setup.test-failed', { host: name, detail: parsed.detail }) };
  const target = { host: parsed.host, port: 443 };
  const policy = explainPolicy(config, target);
  if (!policy.allow) return { ok: false, line: text('setup.test-refused', { host: name, detail: policy.text }) };
  const [relay] = relaysOf(config);
  const reached = relay === undefined ? await reachDirectly(target) : await reachThrough(relay, target);
  const key = reached.ok ? 'setup.test-ok' : 'setup.test-failed';
  return { ok: reached.ok, line: text(key, { host: name, detail: reached.detail }) };
}
