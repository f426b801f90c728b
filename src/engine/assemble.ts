import type { Lookup } from '../dial/lookup.ts';
import { Resolver } from '../dial/resolver.ts';
import type { LineSink } from '../events/writer.ts';
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
  /** Makes what takes the event lines; `dropped` is to be told of lines it had to drop. */
  readonly sink: (dropped: (count: number) => void) => LineSink;
}

/** @throws when a host rule is not a valid pattern; configuration is checked before it gets here */
export function assemble(settings: LoopSettings, parts: LoopParts): Driver {
  const { config } = settings;
  const { transport } = parts;
  const sink = parts.sink((count) => {
    writer.notice('events-dropped', { count });
  });
  const writer = createEventWriter({ level: config.log.level, sink });
  return new Driver({
    transport,
    session: { rules: compileRules(settings), limits: config.limits, timeouts: config.timeouts },
    resolver: new Resolver({ ...config.dns, lookup: parts.lookup, now: transport.now }),
    verifyServer: parts.verifyServer,
    report: (event, reason, fields, subject) => {
      writer.write(event, reason, fields, subject);
    },
    timeouts: config.timeouts,
    idPrefix: settings.idPrefix,
  });
}
