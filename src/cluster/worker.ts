import { systemLookup } from '../dial/lookup.ts';
import { Resolver } from '../dial/resolver.ts';
import { Driver } from '../engine/driver.ts';
import type { TcpHandle } from '../engine/portable/engine.ts';
import { PortableEngine } from '../engine/portable/engine.ts';
import { LineBatch } from '../events/batch.ts';
import { createEventWriter } from '../events/writer.ts';
import { compileRules } from '../policy/rules.ts';
import { RelayRoutes } from '../relay/routes.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';

/**
 * A worker process: runs one engine with its driver, hands finished event lines to the primary, leaves when told to or
 * when the primary is gone.
 */

/** The primary is gone: nobody will replace or stop this worker, so it ends its tunnels by itself. */
const ORPHAN_LIMIT_MS = 500;

interface Running {
  readonly engine: PortableEngine;
  readonly driver: Driver;
  readonly lines: LineBatch;
  /** True while the timer of `tickLater` is set. */
  ticking: boolean;
}

export function startWorker(): void {
  let running: Running | null = null;
  let adopted = 0;

  // Signals go to the whole process group when a terminal sends them; the primary decides what they mean.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.on('disconnect', () => {
    leave(running, ORPHAN_LIMIT_MS);
  });
  process.on('message', (message: ToWorker, handle?: unknown) => {
    switch (message.kind) {
      case 'configure':
        running = configure(message.settings);
        return;
      case 'accept':
        if (running !== null && handle !== undefined) accept(running, handle as TcpHandle);
        adopted += 1;
        if (adopted === 1) setImmediate(confirm);
        return;
      case 'drain':
        leave(running, message.limitMs);
        return;
    }
  });

  process.on('uncaughtException', (error) => {
    // A worker that lost its footing is replaced; its tunnels end with it.
    send({ kind: 'failed', detail: error.stack ?? error.message }, () => process.exit(1));
  });
  send({ kind: 'hello' });

  function confirm(): void {
    send({ kind: 'adopted', count: adopted });
    adopted = 0;
  }
}

function accept(running: Running, handle: TcpHandle): void {
  running.driver.accept(running.engine.adopt(handle));
  if (!running.ticking) tickLater(running);
}

/** One coarse timer for all deadlines, and none at all while nothing waits. */
function tickLater(running: Running): void {
  running.ticking = true;
  setTimeout(() => {
    running.driver.tick();
    running.ticking = running.driver.ticking;
    if (running.ticking) tickLater(running);
  }, running.driver.tickMs);
}

function configure(settings: WorkerSettings): Running {
  const { config } = settings;
  const engine = new PortableEngine();
  const lines: LineBatch = new LineBatch(
    (text, done) => {
      send({ kind: 'log', lines: text }, done);
    },
    (count) => {
      writer.notice('events-dropped', { count });
    },
  );
  const writer = createEventWriter({ level: config.log.level, sink: lines });
  const driver = new Driver({
    transport: engine,
    session: { rules: compileRules(settings), limits: config.limits, timeouts: config.timeouts },
    resolver: new Resolver({ ...config.dns, lookup: systemLookup, now: engine.now }),
    relays: { routes: new RelayRoutes(settings.relays), trusted: settings.trusted },
    report: (event, reason, fields) => {
      writer.write(event, reason, fields);
    },
    timeouts: config.timeouts,
    idPrefix: settings.idPrefix,
  });
  send({ kind: 'ready' });
  return { engine, driver, lines, ticking: false };
}

/** Lets tunnels finish for `limitMs`, ends the rest, then ends the process. */
function leave(running: Running | null, limitMs: number): void {
  if (running === null) process.exit(0);
  const { driver, lines } = running;
  const limit = performance.now() + limitMs;
  const look = (): void => {
    if (driver.open > 0 && performance.now() < limit) {
      setTimeout(look, 20);
      return;
    }
    driver.cutAll('drain-timeout');
    setTimeout(() => {
      lines.flush();
      if (process.connected) process.disconnect();
      process.exit(0);
    }, 50);
  };
  look();
}

function send(message: FromWorker, done: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, undefined, undefined, done);
  else done();
}
