import type { HostRule } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';
import { AgentDiscovery } from '../lists/agent-discovery.ts';
import { FileList } from '../lists/file-list.ts';
import type { SourceHost } from '../lists/source.ts';
import { downloadedName } from '../lists/source.ts';
import { loadCopy } from '../lists/store.ts';
import { stateDirectoryFor } from './running-gateway.ts';

/** A source that is made and never started has looked once, and tells nobody. */
const QUIET: SourceHost = { changed: () => undefined, notice: () => undefined };

/**
 * Hosts that come from lists and agents, as they are on this machine: files as they are now, downloads as their last
 * good copy, which is what a gateway that starts here allows. Nothing is downloaded.
 * @param file the configuration file
 */
export function listRules(
  config: Pick<Config, 'hostLists' | 'stateDirectory' | 'agentDiscovery'>,
  file: string,
): HostRule[] {
  const directory = stateDirectoryFor(file, config);
  const lists = config.hostLists.map(({ url, file: list }) =>
    list === ''
      ? { name: downloadedName(url), entries: loadCopy(directory, url)?.entries ?? [] }
      : new FileList(list, QUIET),
  );
  const sources = [...lists, ...(config.agentDiscovery ? [new AgentDiscovery('/', QUIET)] : [])];
  return sources.flatMap(({ name, entries }) => entries.map((pattern) => ({ pattern, origin: name })));
}
