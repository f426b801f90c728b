import { createHmac } from 'node:crypto';
import type { Lookup } from '../dial/lookup.ts';
import { Resolver } from '../dial/resolver.ts';
import type { BatchReceiver, Later } from '../events/batch.ts';
import { LineBatch } from '../events/batch.ts';
import { createEventWriter } from '../events/writer.ts';
import { compileRules } from '../policy/rules.ts';
import type { RememberedSession } from '../tunnel/session-memory.ts';
import { SessionMemory } from '../tunnel/session-memory.ts';
import { Driver } from './driver.ts';
import type { Transport } from './engine.ts';
import type { LoopSettings } from './settings.ts';

/** Puts together what one loop runs: driver, resolver, event writer. The same for every engine. */

export interface LoopParts {
  readonly transport: Transport;
  readonly lookup: Lookup;
  readonly lines: BatchReceiver;
  readonly sessionLearned: (session: RememberedSession) => void;
  /** Only for loops that block their thread, where no timer fires. */
  readonly later?: Later;
}

export interface Assembled {
  readonly driver: Driver;
  readonly lines: LineBatch;
  /** Null while client certificates are not checked. */
  readonly sessions: SessionMemory | null;
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
  const rules = compileRules(settings);
  const sessions = rules.clientCertificate.enforced
    ? new SessionMemory({ digest: sessionDigest(settings.sessionSalt), now: Date.now, learned: parts.sessionLearned })
    : null;
  const driver = new Driver({
    transport,
    session: { rules, limits: config.limits, timeouts: config.timeouts, sessions },
    resolver: new Resolver({ ...config.dns, lookup: parts.lookup, now: transport.now }),
    report: (event, reason, fields) => {
      writer.write(event, reason, fields);
    },
    timeouts: config.timeouts,
    idPrefix: settings.idPrefix,
  });
  return { driver, lines, sessions };
}

/** HMAC-SHA-256, cut to 144 bits: enough that nobody finds another session of the same hash. */
function sessionDigest(salt: string): (label: string, secret: Uint8Array) => string {
  const key = Buffer.from(salt, 'hex');
  return (label, secret) => {
    return createHmac('sha256', key).update(label).update(secret).digest().subarray(0, 18).toString('base64');
  };
}
