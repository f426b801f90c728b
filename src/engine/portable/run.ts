import { systemLookup } from '../../dial/lookup.ts';
import type { Assembled } from '../assemble.ts';
import { assemble } from '../assemble.ts';
import type { EngineHost, RunningEngine } from '../running.ts';
import type { LoopSettings } from '../settings.ts';
import type { TcpHandle } from './engine.ts';
import { PortableEngine } from './engine.ts';
import type { SecureFrontHost } from './secure-front.ts';
import { SecureFront } from './secure-front.ts';

/** The portable engine at work: the event loop of the worker process is its loop. */

const LOOK_MS = 20;
/** Time for closing connections to get their last bytes out before the process ends. */
const LAST_BYTES_MS = 50;

/** @throws when the settings cannot be put into effect */
export function runPortableEngine(settings: LoopSettings, host: EngineHost): RunningEngine {
  const engine = new PortableEngine();
  let turns = 0;
  let roomWaits = false;
  const assembled: Assembled = assemble(settings, {
    transport: engine,
    lookup: systemLookup,
    verifyServer: host.verifyServer,
    lines: (lines, report, done) => {
      host.lines(lines, report, done);
    },
    sessionLearned: (session) => {
      host.sessionLearned(session);
    },
    verifyCredential: host.verifyCredential,
    room: (report) => {
      host.room(report);
    },
    roomWaits: () => {
      if (roomWaits) return;
      roomWaits = true;
      // What one turn of the event loop brings goes out together.
      setImmediate(() => {
        roomWaits = false;
        assembled.admission.flush();
      });
    },
  });
  const ticker = new Ticker(assembled);
  const front = secureFront(settings, {
    accepted: (socket, shown) => {
      assembled.driver.accept(engine.adoptSecured(socket, shown));
      ticker.start();
    },
    failed: (address, port, detail) => {
      assembled.driver.handshakeFailed(address, port, detail);
    },
  });
  host.ready();
  return {
    adopt: (handle) => {
      if (front !== null) {
        front.take(engine.socketOf(handle as TcpHandle));
        return;
      }
      assembled.driver.accept(engine.adopt(handle as TcpHandle));
      ticker.start();
    },
    turnAway: () => {
      const answer = assembled.driver.refuseClient('EMFILE');
      // Who speaks TLS to the gateway understands no answer before the handshake.
      return settings.listenTls === null ? answer : new Uint8Array(0);
    },
    takeRules: (hosts, done) => {
      assembled.takeRules(hosts);
      // Traffic gets its turn between two slices.
      setImmediate(done);
    },
    reconfigure: (next, enforce, done) => {
      if (next.listenTls !== null) front?.renew(next.listenTls);
      done(assembled.reconfigure(next, enforce));
    },
    list: (query) => Promise.resolve(assembled.driver.list(query)),
    remember: (sessions) => {
      assembled.remember(sessions);
    },
    // Whoever asks is a turn of this very loop.
    turns: () => (turns = (turns + 1) >>> 0),
    roomNoticed: (notice) => {
      assembled.admission.noticed(notice);
    },
    drain: (limitMs) => drain(assembled, performance.now() + limitMs),
  };
}

function secureFront({ listenTls, config }: LoopSettings, host: SecureFrontHost): SecureFront | null {
  return listenTls === null ? null : new SecureFront(listenTls, config.timeouts.connectRequest, host);
}

/** One coarse timer for all deadlines, and none at all while nothing waits. */
class Ticker {
  readonly #assembled: Assembled;
  #ticking = false;

  constructor(assembled: Assembled) {
    this.#assembled = assembled;
  }

  start(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    setTimeout(() => {
      const { driver } = this.#assembled;
      driver.tick();
      this.#ticking = false;
      if (driver.ticking) this.start();
    }, this.#assembled.driver.tickMs);
  }
}

async function drain({ driver, lines }: Assembled, untilMs: number): Promise<void> {
  while (driver.open > 0 && performance.now() < untilMs) await pause(LOOK_MS);
  driver.cutAll('drain-timeout');
  await pause(LAST_BYTES_MS);
  lines.flush();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
