import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Sources } from '../config/load.ts';
import type { HostRule } from '../config/presets.ts';
import { resolveHostRules } from '../config/presets.ts';
import { stateDirectoryOf } from '../config/state-directory.ts';
import type { ListenTls } from '../config/listen-certificate.ts';
import { listenCertificateProblem, readListenTls } from '../config/listen-certificate.ts';
import type { Problem } from '../config/problems.ts';
import { problemText } from '../config/problems.ts';
import { relaysOf } from '../config/relays.ts';
import type { Config } from '../config/schema.ts';
import type { LoopSettings } from '../engine/settings.ts';
import { FileWatch } from '../lists/file-watch.ts';
import { LiveHosts } from '../lists/live-hosts.ts';
import type { HostChange, SourceHost } from '../lists/source.ts';
import { Tunnels } from '../lists/tunnels.ts';
import { needsPortable } from '../config/needs-portable.ts';
import { RelayRoutes } from '../relay/routes.ts';
import { gatewayAddresses } from './listener.ts';
import type { EngineName } from './messages.ts';

/** The configuration in effect, and what is made of it: allowed hosts of all sources, settings of workers, watched files. */

export interface InEffectHost extends SourceHost {
  /** A watched file has changed. */
  fileChanged(): void;
  /** The certificate of `listen.tls` is another one now, and fits its key. */
  certificateChanged(): void;
}

export class InEffect {
  #config: Config;
  #takenAtMs = Date.now();
  #trusted: readonly string[];
  #listenTls: ListenTls | null;
  readonly #sources: Sources;
  readonly #live: LiveHosts;
  readonly #watch: FileWatch;
  readonly #certificateWatch: FileWatch;
  readonly #boot = randomBytes(3).toString('hex');
  readonly #sessionSalt = randomBytes(32).toString('hex');

  /** @throws an errno error when a file that the configuration names cannot be read */
  constructor(config: Config, sources: Sources, host: InEffectHost) {
    this.#config = config;
    this.#trusted = trustedCertificates(config);
    this.#listenTls = readListenTls(config);
    this.#sources = sources;
    this.#watch = new FileWatch(() => {
      host.fileChanged();
    });
    this.#certificateWatch = new FileWatch(() => {
      this.#certificateChanged(host);
    });
    this.#live = new LiveHosts({
      way: () => this.#way(),
      changed: (change) => {
        host.changed(change);
      },
      notice: (notice, fields) => {
        host.notice(notice, fields);
      },
    });
    this.#follow();
  }

  /** What a reload could not take over is still what it was. */
  get config(): Config {
    return this.#config;
  }

  /** What stands in the way of a configuration that is right by itself. */
  problems(next: Config, engine: EngineName): Problem[] {
    const problems: Problem[] = [];
    const portableOnly = engine === 'linux' ? needsPortable(next) : null;
    if (portableOnly !== null) {
      const message = `needs a restart with the portable engine, because ${portableOnly}`;
      problems.push({ path: 'relayProxy', message });
    }
    try {
      trustedCertificates(next);
    } catch (error) {
      problems.push({ path: 'tls.trustedCertificates', message: explainFileError('the file', error) });
    }
    return problems;
  }

  /** Goes on with another configuration. */
  take(next: Config): void {
    this.#config = next;
    this.#takenAtMs = Date.now();
    this.#trusted = trustedCertificates(next);
    this.#listenTls = readListenTls(next);
    this.#follow();
  }

  /** Where the gateway keeps what outlives it. */
  get stateDirectory(): string {
    const { STATE_DIRECTORY: given } = process.env;
    return stateDirectoryOf(this.#config.stateDirectory, given, dirname(this.#sources.file));
  }

  /** Allowed hosts of all sources, now. */
  hostRules(): HostRule[] {
    return [...resolveHostRules(this.#config), ...this.#live.rules];
  }

  /** When the hosts of this origin were last read, in ms since the epoch: with the configuration, or later; null: never. */
  readAtMs(origin: string): number | null {
    const live = this.#live.readAtMs(origin);
    return live === undefined ? this.#takenAtMs : live;
  }

  /** What a worker's loop is made from but for its hosts, which travel apart. */
  loopSettings(workerNumber: number): LoopSettings {
    const config = this.#config;
    // Workers serve strangers; what only the primary needs stays with it.
    const forWorkers: Config = { ...config, admin: { ...config.admin, token: '' }, allowedHosts: [] };
    return {
      config: forWorkers,
      hostGroups: [],
      relays: relaysOf(config),
      trusted: this.#trusted,
      listenTls: this.#listenTls,
      ownAddresses: gatewayAddresses(config),
      sessionSalt: this.#sessionSalt,
      idPrefix: `${this.#boot}-${workerNumber.toString(36)}`,
    };
  }

  #follow(): void {
    const { watch } = this.#config;
    this.#live.configure(this.#config, this.stateDirectory);
    const passwords = relaysOf(this.#config).map(({ passwordFile }) => passwordFile);
    const { certificate, key, clientAuthorities } = this.#config.listen.tls;
    this.#certificateWatch.watch([certificate, key, clientAuthorities].filter((file) => file !== ''));
    this.#watch.watch(watch ? [this.#sources.file, ...passwords.filter((file) => file !== '')] : []);
  }

  /** Certificates are renewed by others, whether `watch` is set or not. In the middle of it they may not fit their key. */
  #certificateChanged(host: InEffectHost): void {
    const problem = listenCertificateProblem(this.#config);
    if (problem === null) host.certificateChanged();
    else host.notice('reload-refused', { problems: [problemText(problem)] });
  }

  /** How the gateway itself reaches the servers of lists: through its relays, as its clients do. */
  #way(): { tunnels: Tunnels; trusted: readonly string[] } {
    return { tunnels: new Tunnels(new RelayRoutes(relaysOf(this.#config)), this.#trusted), trusted: this.#trusted };
  }
}

function explainFileError(file: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `${file} cannot be opened (${code ?? message})`;
}

/** Hosts that an event names of each change. */
const NAMED_LIMIT = 20;

/** The fields of event 100 about a list that changed. */
export function changeFields({ list, added, removed }: HostChange): Record<string, string | number | string[]> {
  const counts = { addedCount: added.length, removedCount: removed.length };
  return { list, ...counts, added: bounded(added), removed: bounded(removed) };
}

function bounded(hosts: readonly string[]): string[] {
  const more = hosts.length - NAMED_LIMIT;
  return more > 0 ? [...hosts.slice(0, NAMED_LIMIT), `and ${more} more`] : [...hosts];
}

/** The PEM texts of tls.trustedCertificates. @throws an errno error when the file cannot be read */
function trustedCertificates({ tls }: Config): string[] {
  const { trustedCertificates: file } = tls;
  return file === '' ? [] : [readFileSync(file, 'utf8')];
}
