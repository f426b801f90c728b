import type { Dirent } from 'node:fs';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentHosts } from './agent-files.ts';
import { readConfigChunk, readOmsAdmin } from './agent-files.ts';
import type { HostSource, SourceHost } from './source.ts';
import { FailureNotices, changeBetween } from './source.ts';

/**
 * The agents installed on this machine and the endpoints they are configured for. Looks every few seconds, because the
 * directories come and go with the agents; a look costs a few small files.
 */

const LOOK_MS = 15_000;
/** No agent writes more; what is larger or more is left out and said. */
const FILE_LIMIT = 1024 * 1024;
const FILES_LIMIT = 200;

const OMS_DIRECTORY = 'etc/opt/microsoft/omsagent';
/** Other products' directories beside the workspaces. */
const NO_WORKSPACES = ['scom', 'LAD', 'conf'];
const CHUNK_DIRECTORY = 'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks';

export class AgentDiscovery implements HostSource {
  readonly name = 'agent discovery';
  readonly #root: string;
  readonly #host: SourceHost;
  readonly #lookMs: number;
  readonly #failures: FailureNotices;
  #refused = '';
  #entries: readonly string[];
  #readAtMs = Date.now();
  #timer: NodeJS.Timeout | null = null;

  /** @param root "/" but in tests */
  constructor(root: string, host: SourceHost, lookMs = LOOK_MS) {
    this.#root = root;
    this.#host = host;
    this.#lookMs = lookMs;
    this.#failures = new FailureNotices(this.name, host);
    this.#entries = scan(root).hosts;
  }

  get readAtMs(): number {
    return this.#readAtMs;
  }

  get entries(): readonly string[] {
    return this.#entries;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#look();
    }, this.#lookMs);
    this.#timer.unref();
    setImmediate(() => {
      this.#look();
    });
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #look(): void {
    const { hosts, refused, problem } = scan(this.#root);
    if (problem === null) this.#failures.worked();
    else this.#failures.failed(problem, hosts.length);
    const said = refused.join('\n');
    if (said !== this.#refused && said !== '') {
      this.#host.notice('host-list-entries-refused', { list: this.name, count: refused.length, refused });
    }
    this.#refused = said;
    const change = changeBetween(this.name, this.#entries, hosts);
    this.#entries = hosts;
    this.#readAtMs = Date.now();
    if (change.added.length + change.removed.length > 0) this.#host.changed(change);
  }
}

interface Scan extends AgentHosts {
  readonly problem: string | null;
}

function scan(root: string): Scan {
  const problems: string[] = [];
  const files = [
    ...omsFiles(join(root, OMS_DIRECTORY), problems),
    ...chunkFiles(join(root, CHUNK_DIRECTORY), problems),
  ];
  if (files.length > FILES_LIMIT) problems.push(`there are more than ${FILES_LIMIT} files`);
  const found = files.slice(0, FILES_LIMIT).flatMap(({ file, read }) => {
    const text = textOf(file, problems);
    const hosts = text === null ? null : read(text);
    // An agent replaces its chunks while it runs; one that is half written is whole at the next look.
    return hosts ?? [];
  });
  return {
    hosts: [...new Set(found.flatMap(({ hosts }) => hosts))].sort(),
    refused: [...new Set(found.flatMap(({ refused }) => refused))].sort(),
    problem: problems[0] ?? null,
  };
}

interface AgentFile {
  readonly file: string;
  readonly read: (text: string) => AgentHosts | null;
}

function omsFiles(directory: string, problems: string[]): AgentFile[] {
  return list(directory, problems)
    .filter((entry) => entry.isDirectory() && !NO_WORKSPACES.includes(entry.name))
    .map(({ name }) => ({ file: join(directory, name, 'conf', 'omsadmin.conf'), read: readOmsAdmin }));
}

function chunkFiles(directory: string, problems: string[]): AgentFile[] {
  return list(directory, problems)
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ file: join(directory, name), read: readConfigChunk }));
}

/** Nothing where no agent is installed. */
function list(directory: string, problems: string[]): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    tell(directory, error, problems);
    return [];
  }
}

function textOf(file: string, problems: string[]): string | null {
  try {
    if (statSync(file).size <= FILE_LIMIT) return readFileSync(file, 'utf8');
    problems.push(`${file} is larger than ${FILE_LIMIT} bytes`);
  } catch (error) {
    tell(file, error, problems);
  }
  return null;
}

function tell(path: string, error: unknown, problems: string[]): void {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push(`${path} cannot be read (${code ?? message})`);
}
