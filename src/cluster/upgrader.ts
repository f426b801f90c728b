import type { UpgradeResult } from '../admin/gateway.ts';
import type { Notice } from '../events/notices.ts';
import type { Fields } from '../events/reasons.ts';
import type { Sockets } from './successor.ts';
import { judgeUpgrade, startSuccessor } from './successor.ts';

/** One upgrade at a time: starts the successor, and hands over when it serves. */

export interface UpgradeHost {
  /** What is passed on; null before there is anything, and while the gateway ends. */
  sockets(): Sockets | null;
  notice(notice: Notice, fields: Fields): void;
  /** The successor serves. */
  handOver(successor: { readonly version: string; readonly pid: number }): void;
}

export class Upgrader {
  readonly #host: UpgradeHost;
  #underWay: AbortController | null = null;

  constructor(host: UpgradeHost) {
    this.#host = host;
  }

  /** @param directory of the package to go on with. Never rejects. */
  async upgrade(directory: string): Promise<UpgradeResult> {
    const sockets = this.#host.sockets();
    if (this.#underWay !== null || sockets === null) {
      return { ok: false, why: 'this gateway is starting, ending or being upgraded already' };
    }
    this.#underWay = new AbortController();
    const result = await attempt(directory, sockets, this.#underWay.signal);
    this.#underWay = null;
    if (result.ok) this.#host.handOver(result);
    else this.#host.notice('upgrade-failed', { package: directory, detail: result.why });
    return result;
  }

  /** The gateway was told to end: a successor that does not serve yet is not wanted any more. */
  abort(): void {
    this.#underWay?.abort();
  }
}

async function attempt(directory: string, sockets: Sockets, signal: AbortSignal): Promise<UpgradeResult> {
  const judged = judgeUpgrade(directory);
  return judged.ok ? await startSuccessor(judged.main, sockets, signal) : judged;
}
