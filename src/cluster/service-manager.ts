import type { SendState } from './notify-socket.ts';
import { openNotifySocket } from './notify-socket.ts';

/**
 * What the gateway tells systemd about itself (sd_notify(3), sd_watchdog_enabled(3)). Nothing is said where no service
 * manager listens.
 */

/** What the end may take besides the draining. */
const END_MS = 10_000;

export class ServiceManager {
  readonly #send: SendState;
  readonly #watchdogMs: number | null;
  #watchdog: NodeJS.Timeout | null = null;

  /** @param watchdogMs how often a sign of life is expected; null when none is */
  constructor(send: SendState, watchdogMs: number | null) {
    this.#send = send;
    this.#watchdogMs = watchdogMs;
  }

  /** It serves. Signs of life begin: they come from the event loop of the primary and stop with it. */
  ready(status: string): void {
    this.#send(['READY=1', `STATUS=${oneLine(status)}`]);
    if (this.#watchdogMs === null || this.#watchdog !== null) return;
    this.#watchdog = setInterval(() => {
      this.#send(['WATCHDOG=1']);
    }, this.#watchdogMs / 2);
    this.#watchdog.unref();
  }

  /** It reads its configuration again; `reloaded` follows, whatever came of it. */
  reloading(): void {
    // The time tells this reload from others (sd_notify(3): CLOCK_MONOTONIC, which hrtime is on Linux).
    this.#send(['RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`]);
  }

  reloaded(): void {
    this.#send(['READY=1']);
  }

  /** It ends, and may take `limitMs` for it: longer than the unit's TimeoutStopSec where the configuration says so. */
  stopping(limitMs: number): void {
    this.#send(['STOPPING=1', `EXTEND_TIMEOUT_USEC=${Math.round((limitMs + END_MS) * 1000)}`]);
  }

  /** Another process is the service from now on; this one finishes what it has and says no more. */
  handedOver(pid: number): void {
    this.#send([`MAINPID=${pid}`]);
    this.close();
  }

  close(): void {
    if (this.#watchdog !== null) clearInterval(this.#watchdog);
    this.#watchdog = null;
  }
}

/** The service manager of this process, as its environment describes it. */
export function serviceManager(
  environment: Readonly<NodeJS.ProcessEnv>,
  pid: number,
  open: (path: string) => SendState = openNotifySocket,
): ServiceManager {
  const { NOTIFY_SOCKET: path = '', WATCHDOG_USEC: usec = '', WATCHDOG_PID: watched } = environment;
  if (!/^[/@]./.test(path)) return new ServiceManager(() => undefined, null);
  const isWatched = /^[1-9]\d*$/.test(usec) && (watched === undefined || watched === String(pid));
  return new ServiceManager(open(path), isWatched ? Number(usec) / 1000 : null);
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
