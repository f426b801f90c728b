import type { Lookup } from '../dial/lookup.ts';
import { Resolver } from '../dial/resolver.ts';
import type { BatchReceiver, Later } from '../events/batch.ts';
import { LineBatch } from '../events/batch.ts';
import { createEventWriter } from '../events/writer.ts';
import { compileRules } from '../policy/rules.ts';
import type { VerifyServer } from './driver.ts';
import { Driver } from './driver.ts';
import type { Transport } from './engine.ts';
import type { LoopSettings } from './settings.ts';

/** Puts together what one loop runs: driver, resolver, event writer. The same for every engine. */

export interface LoopParts {
  readonly transport: Transport;
  readonly lookup: Lookup;
  readonly verifyServer: VerifyServer;
  readonly lines: BatchReceiver;
  /** Only for loops that block their thread, where no timer fires. */
  readonly later?: Later;
}

export interface Assembled {
  readonly driver: Driver;
  readonly lines: LineBatch;
}

/** @throws when a host rule is not a valid pattern; configuration is checked before it gets here */
export function assemble(settings: LoopSettings, parts: LoopParts): Assembled {
  const { config } = settings;
  const { transport } = parts;
  const lines: LineBatch = new LineBatch(
    parts.lines,
    (count) => {
      writer.notice('events-dropped', { count });
    },
    parts.later,
  );
  const writer = createEventWriter({ level: config.log.level, sink: lines });
  const driver = new Driver({
    transport,
    session: { rules: compileRules(settings), limits: config.limits, timeouts: config.timeouts },
    resolver: new Resolver({ ...config.dns, lookup: parts.lookup, now: transport.now }),
    verifyServer: parts.verifyServer,
    report: (event, reason, fields) => {
      writer.write(event, reason, fields);
    },
    timeouts: config.timeouts,
    idPrefix: settings.idPrefix,
  });
  return { driver, lines };
}
