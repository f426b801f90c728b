import assert from 'node:assert/strict';
import { check } from '../../src/config/load.ts';
import { Resolver } from '../../src/dial/resolver.ts';
import { Admission } from '../../src/engine/admission.ts';
import { Authenticator } from '../../src/engine/authenticator.ts';
import { Driver } from '../../src/engine/driver.ts';
import { roomLimitsOf } from '../../src/engine/room.ts';
import type { Fields, Reason } from '../../src/events/reasons.ts';
import { LoopMeter } from '../../src/metrics/meter.ts';
import { createTable } from '../../src/metrics/slots.ts';
import { RelayRoutes } from '../../src/relay/routes.ts';
import type { FakeConnection } from './fake-connection.ts';
import { sessionContext } from './session-context.ts';

/** A driver without an engine. */
export interface FakeDriver {
  readonly driver: Driver;
  /** Time passes when a test moves it. */
  readonly clock: { nowMs: number };
  readonly reported: readonly (readonly [Reason | null, Fields])[];
  /** Cells of the meter. */
  readonly table: Float64Array;
}

/** A driver whose dials all lead to `origin`, which connects when a test says so. */
export function fakeDriver(config: object, origin: FakeConnection): FakeDriver {
  const loaded = check(config);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  const { dns, timeouts } = loaded.config;
  const clock = { nowMs: 1_000 };
  const now = (): number => clock.nowMs;
  const reported: [Reason | null, Fields][] = [];
  const table = createTable();
  const driver = new Driver({
    transport: {
      now,
      connect: (_, __, owner) => {
        origin.owner = owner;
        return origin;
      },
    },
    session: sessionContext(config),
    authenticator: new Authenticator(() => undefined, now),
    resolver: new Resolver({ ...dns, lookup: () => undefined, now }),
    relays: { routes: new RelayRoutes([]), trusted: [] },
    timeouts,
    report: (_, reason, fields) => reported.push([reason, fields]),
    meter: new LoopMeter(() => undefined, table),
    verifyServer: () => undefined,
    admission: new Admission(roomLimitsOf(loaded.config), { send: () => undefined, waiting: () => undefined }),
    idPrefix: 'test',
  });
  return { driver, clock, reported, table };
}
