import type { HostRule } from '../config/presets.ts';
import type { Config } from '../config/schema.ts';
import { AgentDiscovery } from './agent-discovery.ts';
import { download } from './download.ts';
import { DownloadedList } from './downloaded-list.ts';
import { FileList } from './file-list.ts';
import type { HostSource, SourceHost } from './source.ts';
import type { Tunnels } from './tunnels.ts';

/** Every source of hosts that changes while the gateway runs, kept in step with the configuration. */

type ListSettings = Config['hostLists'][number];

export interface LiveHostsOptions extends SourceHost {
  /** How the gateway itself reaches hosts now; asked for each download. */
  readonly way: () => { readonly tunnels: Tunnels; readonly trusted: readonly string[] };
  /** The directory under which the files of agents are looked for; "/" but in tests. */
  readonly root?: string;
}

export class LiveHosts {
  readonly #options: LiveHostsOptions;
  /** By their settings as text: a reload leaves alone what it does not change. */
  #sources = new Map<string, HostSource>();

  constructor(options: LiveHostsOptions) {
    this.#options = options;
  }

  /** Allowed hosts with the list they are from. */
  get rules(): HostRule[] {
    return [...this.#sources.values()].flatMap(({ name, entries }) =>
      entries.map((pattern) => ({ pattern, origin: name })),
    );
  }

  /**
   * When the source of this name was last read, in ms since the epoch; null: never.
   * @returns undefined when there is no such source
   */
  readAtMs(name: string): number | null | undefined {
    return [...this.#sources.values()].find((source) => source.name === name)?.readAtMs;
  }

  /** Goes on with the lists of another configuration. What is kept on disk is in `rules` at once, the rest follows. */
  configure({ hostLists, agentDiscovery }: Pick<Config, 'hostLists' | 'agentDiscovery'>, stateDirectory: string): void {
    const next = new Map<string, HostSource>();
    const started: HostSource[] = [];
    const add = (key: string, make: () => HostSource): void => {
      const kept = this.#sources.get(key);
      const source = kept ?? make();
      next.set(key, source);
      if (kept === undefined) started.push(source);
    };
    for (const list of hostLists)
      add(JSON.stringify([list, stateDirectory]), () => this.#sourceOf(list, stateDirectory));
    const { root = '/' } = this.#options;
    if (agentDiscovery) add('agents', () => new AgentDiscovery(root, this.#options));
    for (const [key, source] of this.#sources) if (!next.has(key)) source.stop();
    this.#sources = next;
    for (const source of started) source.start();
  }

  stop(): void {
    for (const source of this.#sources.values()) source.stop();
    this.#sources.clear();
  }

  #sourceOf({ url, file, refreshSeconds }: ListSettings, stateDirectory: string): HostSource {
    if (file !== '') return new FileList(file, this.#options);
    const options = {
      url,
      refreshSeconds,
      stateDirectory,
      download: (request: { url: string; etag: string; lastModified: string }) =>
        download({ ...request, ...this.#options.way() }),
    };
    return new DownloadedList(options, this.#options);
  }
}
