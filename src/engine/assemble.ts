import type { HostGroup } from '../config/presets.ts';
import { createHmac } from 'node:crypto';
import type { Lookup } from '../dial/lookup.ts';
import { Resolver } from '../dial/resolver.ts';
import type { Later } from '../events/batch.ts';
import { LineBatch } from '../events/batch.ts';
import { createEventWriter } from '../events/writer.ts';
import type { MeterReport } from '../metrics/meter.ts';
import { LoopMeter } from '../metrics/meter.ts';
import { HostMatcher } from '../policy/host-pattern.ts';
import type { Rules } from '../policy/rules.ts';
import { addHosts, compileRules, rulesWith } from '../policy/rules.ts';
import { RelayRoutes } from '../relay/routes.ts';
import { Admission } from './admission.ts';
import type { VerifyCredential } from './authenticator.ts';
import { Authenticator } from './authenticator.ts';
import type { Configured, VerifyServer } from './driver.ts';
import type { RoomReport } from './room.ts';
import { isLimited, roomLimitsOf } from './room.ts';
import type { RememberedSession } from '../tunnel/session-memory.ts';
import { SessionMemory } from '../tunnel/session-memory.ts';
import { Driver } from './driver.ts';
import type { Transport } from './engine.ts';
import type { LoopSettings } from './settings.ts';

/** Puts together what one loop runs: driver, resolver, event writer. The same for every engine. */

export interface LoopParts {
  readonly transport: Transport;
  readonly lookup: Lookup;
  readonly verifyServer: VerifyServer;
  /** Takes finished event lines and what changed in the counters with them; `done` tells that they are on their way. */
  readonly lines: (lines: string, report: MeterReport | null, done: () => void) => void;
  readonly sessionLearned: (session: RememberedSession) => void;
  readonly verifyCredential: VerifyCredential;
  /** Takes what this loop asks and gives back; `roomWaits` tells that `admission.flush` is to be called soon. */
  readonly room: (report: RoomReport) => void;
  readonly roomWaits: () => void;
  /** Only for loops that block their thread, where no timer fires. */
  readonly later?: Later;
}

export interface Assembled {
  readonly driver: Driver;
  readonly lines: LineBatch;
  readonly admission: Admission;
  /** See `RunningEngine.takeRules`. */
  takeRules(hosts: readonly HostGroup[]): void;
  /** See `RunningEngine.reconfigure`. @returns how many tunnels were ended */
  reconfigure(settings: LoopSettings, enforce: boolean): number;
  /** Takes over TLS sessions that other loops have verified. */
  remember(sessions: readonly RememberedSession[]): void;
}

/** @throws when a host rule is not a valid pattern; configuration is checked before it gets here */
export function assemble(settings: LoopSettings, parts: LoopParts): Assembled {
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
  let writer = createEventWriter({ ...settings.config.log, sink: lines });
  let current = settings;
  let configured = configuredBy(settings, compileRules(settings), { ...parts, meter });
  let coming = new HostMatcher();
  const admission = new Admission(roomLimitsOf(settings.config), { send: parts.room, waiting: parts.roomWaits });
  const driver = new Driver({
    transport,
    ...configured,
    report: (event, reason, fields, subject) => {
      if (fields['durationMs'] !== undefined) meter.closingReported(event);
      else if (reason !== null && fields['wouldRefuse'] === true) meter.wouldRefuse(event, reason);
      else meter.reported(event, reason);
      writer.write(event, reason, fields, subject);
    },
    meter,
    admission,
    verifyServer: parts.verifyServer,
    idPrefix: settings.idPrefix,
  });
  return {
    driver,
    lines,
    admission,
    remember: (sessions) => {
      for (const session of sessions) configured.session.sessions?.add(session);
    },
    takeRules: (hosts) => {
      addHosts(coming, hosts);
    },
    reconfigure: (next, enforce) => {
      const made = configuredBy(next, rulesWith(coming, next), { ...parts, meter });
      configured = { ...made, ...kept(current, next, made, configured) };
      current = next;
      coming = new HostMatcher();
      writer = createEventWriter({ ...next.config.log, sink: lines });
      driver.reconfigure(configured);
      admission.reconfigure(roomLimitsOf(next.config), () => driver.holders());
      return enforce ? driver.enforce() : 0;
    },
  };
}

/** What a driver gets from a configuration, at the start and by each reload. */
function configuredBy(
  settings: LoopSettings,
  rules: Rules,
  parts: LoopParts & { readonly meter: LoopMeter },
): Configured {
  const { config, relays, trusted } = settings;
  const sessions = rules.clientCertificate.enforced ? sessionMemory(settings, parts) : null;
  return {
    session: {
      rules,
      limited: isLimited(roomLimitsOf(config)),
      limits: config.limits,
      timeouts: config.timeouts,
      sessions,
    },
    authenticator: new Authenticator(parts.verifyCredential, parts.transport.now),
    resolver: new Resolver({ ...config.dns, lookup: parts.lookup, now: parts.transport.now, meter: parts.meter }),
    relays: { routes: new RelayRoutes(relays), trusted },
    timeouts: config.timeouts,
  };
}

/** A memory of sessions that passed these rules for client certificates: its keys mean nothing under others. */
function sessionMemory(settings: LoopSettings, { sessionLearned }: LoopParts): SessionMemory {
  const key = createHmac('sha256', Buffer.from(settings.sessionSalt, 'hex'))
    .update(certificateRules(settings))
    .digest();
  // 144 bits: enough that nobody finds another session of the same hash.
  const digest = (label: string, secret: Uint8Array): string =>
    createHmac('sha256', key).update(label).update(secret).digest().subarray(0, 18).toString('base64');
  return new SessionMemory({ digest, now: Date.now, learned: sessionLearned });
}

function certificateRules({ config }: LoopSettings): string {
  return JSON.stringify([config.allowedClientCertificates, config.workspaces, config.tls]);
}

/** What has a memory is kept while its keys are the same: resolved names, relays that failed, verified sessions. */
function kept(
  before: LoopSettings,
  after: LoopSettings,
  made: Configured,
  configured: Configured,
): Partial<Configured> {
  const { resolver, relays, authenticator } = configured;
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const sameCertificates = certificateRules(before) === certificateRules(after);
  const { sessions } = configured.session;
  return {
    ...(sameCertificates ? { session: { ...made.session, sessions } } : {}),
    ...(same(before.config.clients.basicAuth, after.config.clients.basicAuth) ? { authenticator } : {}),
    ...(same(before.config.dns, after.config.dns) ? { resolver } : {}),
    ...(same([before.relays, before.trusted], [after.relays, after.trusted]) ? { relays } : {}),
  };
}
