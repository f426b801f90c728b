import type { UpgradeResult } from '../admin/gateway.ts';
import type { Notice } from '../events/notices.ts';
import type { Fields } from '../events/reasons.ts';
import type { Sockets } from './successor.ts';
import { judgeUpgrade, startSuccessor, whyNoSuccessor } from './successor.ts';

/** One successor at a time, of another version or of this one: starts it, and hands over when it serves. */

export interface UpgradeHost {
  /** What is passed on; null before there is anything, and while the gateway ends. */
  sockets(): Sockets | null;
  notice(notice: Notice, fields: Fields): void;
  /** The successor serves. */
  handOver(successor: { readonly version: string; readonly pid: number }): void;
}

const BUSY = { ok: false, why: 'this gateway is starting, ending or being upgraded already' } as const;
/** Keys that say where clients connect to, and where the admin API is. */
const OF_LISTENER: ReadonlySet<string> = new Set(['listen.host', 'listen.port']);
const OF_ADMIN: ReadonlySet<string> = new Set(['admin.host', 'admin.port']);

/** How a restart by a successor went; `taken`: the keys that it takes up. */
export type Restarted = UpgradeResult & { readonly taken: readonly string[] };

export class Upgrader {
  readonly #host: UpgradeHost;
  #underWay: AbortController | null = null;

  constructor(host: UpgradeHost) {
    this.#host = host;
  }

  /** @param directory of the package to go on with. Never rejects. */
  async upgrade(directory: string): Promise<UpgradeResult> {
    const sockets = this.#host.sockets();
    if (this.#underWay !== null || sockets === null) return BUSY;
    const judged = judgeUpgrade(directory);
    const result = judged.ok ? await this.#succeed(judged.main, sockets) : judged;
    if (!result.ok) this.#host.notice('upgrade-failed', { package: directory, detail: result.why });
    return result;
  }

  /**
   * This very package goes on in another process, for keys that only a new one takes up. It listens anew where these say so.
   * @param main the program to start
   * @returns null when that cannot be; what is taken up are not always all keys
   */
  async restart(main: string, keys: readonly string[]): Promise<Restarted | null> {
    const sockets = this.#host.sockets();
    if (sockets === null || whyNoSuccessor() !== null) return null;
    const taken = keys.filter((key) => !(sockets.isManaged && OF_LISTENER.has(key)));
    if (taken.length === 0) return null;
    if (this.#underWay !== null) return { ...BUSY, taken };
    const staying = {
      ...sockets,
      listenFd: taken.some((key) => OF_LISTENER.has(key)) ? null : sockets.listenFd,
      adminFd: taken.some((key) => OF_ADMIN.has(key)) ? null : sockets.adminFd,
    };
    return { ...(await this.#succeed(main, staying)), taken };
  }

  async #succeed(main: string, sockets: Sockets): Promise<UpgradeResult> {
    this.#underWay = new AbortController();
    const result = await startSuccessor(main, sockets, this.#underWay.signal);
    this.#underWay = null;
    if (result.ok) this.#host.handOver(result);
    return result;
  }

  /** The gateway was told to end: a successor that does not serve yet is not wanted any more. */
  abort(): void {
    this.#underWay?.abort();
  }
}
