import { systemLookup } from '../../dial/lookup.ts';
import { LineBatch } from '../../events/batch.ts';
import { assemble } from '../assemble.ts';
import type { Driver } from '../driver.ts';
import type { EngineHost, RunningEngine } from '../running.ts';
import type { LoopSettings } from '../settings.ts';
import type { TcpHandle } from './engine.ts';
import { PortableEngine } from './engine.ts';

/** The portable engine at work: the event loop of the worker process is its loop. */

const LOOK_MS = 20;
/** Time for closing connections to get their last bytes out before the process ends. */
const LAST_BYTES_MS = 50;

/** @throws when the settings cannot be put into effect */
export function runPortableEngine(settings: LoopSettings, host: EngineHost): RunningEngine {
  const engine = new PortableEngine();
  const lines = new LineBatch(
    (text, done) => {
      host.lines(text, done);
    },
    (count) => {
      dropped(count);
    },
  );
  let dropped: (count: number) => void = () => undefined;
  const driver = assemble(settings, {
    transport: engine,
    lookup: systemLookup,
    verifyServer: host.verifyServer,
    sink: (told) => {
      dropped = told;
      return lines;
    },
  });
  const ticker = new Ticker(driver);
  host.ready();
  return {
    adopt: (handle) => {
      driver.accept(engine.adopt(handle as TcpHandle));
      ticker.start();
    },
    drain: (limitMs) => drain(driver, lines, performance.now() + limitMs),
  };
}

/** One coarse timer for all deadlines, and none at all while nothing waits. */
class Ticker {
  readonly #driver: Driver;
  #ticking = false;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  start(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    setTimeout(() => {
      this.#driver.tick();
      this.#ticking = false;
      if (this.#driver.ticking) this.start();
    }, this.#driver.tickMs);
  }
}

async function drain(driver: Driver, lines: LineBatch, untilMs: number): Promise<void> {
  while (driver.open > 0 && performance.now() < untilMs) await pause(LOOK_MS);
  driver.cutAll('drain-timeout');
  await pause(LAST_BYTES_MS);
  lines.flush();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
