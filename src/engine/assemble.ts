import type { Lookup } from '../dial/lookup.ts';
import { Resolver } from '../dial/resolver.ts';
import type { Later } from '../events/batch.ts';
import { LineBatch } from '../events/batch.ts';
import { createEventWriter } from '../events/writer.ts';
import type { MeterReport } from '../metrics/meter.ts';
import { LoopMeter } from '../metrics/meter.ts';
import { compileRules } from '../policy/rules.ts';
import { Driver } from './driver.ts';
import type { Transport } from './engine.ts';
import type { LoopSettings } from './settings.ts';

/** Puts together what one loop runs: driver, resolver, event writer. The same for every engine. */

export interface LoopParts {
  readonly transport: Transport;
  readonly lookup: Lookup;
  /** Takes finished event lines and what changed in the counters with them; `done` tells that they are on their way. */
  readonly lines: (lines: string, report: MeterReport | null, done: () => void) => void;
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
  // Counts travel with the lines they count: what reaches the primary agrees, also when this process dies.
  const meter: LoopMeter = new LoopMeter(() => {
    lines.request();
  });
  const lines: LineBatch = new LineBatch(
    (text, done) => {
      parts.lines(text, meter.takeReport(), done);
    },
    (count) => {
      meter.eventsDropped(count);
      writer.notice('events-dropped', { count });
    },
    parts.later,
  );
  const writer = createEventWriter({ ...config.log, sink: lines });
  const driver = new Driver({
    transport,
    session: { rules: compileRules(settings), limits: config.limits, timeouts: config.timeouts },
    resolver: new Resolver({ ...config.dns, lookup: parts.lookup, now: transport.now, meter }),
    report: (event, reason, fields) => {
      if (fields['durationMs'] === undefined) meter.reported(event, reason);
      else meter.closingReported(event);
      writer.write(event, reason, fields);
    },
    meter,
    timeouts: config.timeouts,
    idPrefix: settings.idPrefix,
  });
  return { driver, lines };
}
