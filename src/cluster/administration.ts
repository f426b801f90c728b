import type { AdminGateway } from '../admin/gateway.ts';
import { dropAdminRecord, keepAdminRecord } from '../admin/record.ts';
import type { Config } from '../config/schema.ts';
import type { EventFeed } from '../events/feed.ts';
import { AdminDoor } from './admin-door.ts';
import type { Crew } from './crew.ts';
import type { EventLog } from './event-log.ts';
import type { InEffect } from './in-effect.ts';
import { explainListenError } from './listener.ts';
import type { StatusBoard } from './status.ts';
import { inheritedSockets } from './systemd.ts';
import type { Telemetry } from './telemetry.ts';

/** How the primary is administered: what the admin API can ask of it, and where it listens. */

/** What the gateway can be told to do. */
export type Orders = Pick<AdminGateway, 'reload' | 'restart' | 'upgrade' | 'drain'>;

/** Who knows what can be asked. */
export interface Informants {
  readonly board: StatusBoard;
  readonly telemetry: Telemetry;
  readonly feed: EventFeed;
  readonly crew: Crew;
}

export function adminGateway({ board, telemetry, feed, crew }: Informants, orders: Orders): AdminGateway {
  return {
    ...orders,
    feed,
    readiness: () => board.readiness(),
    status: () => board.status(),
    metrics: () => board.metrics(),
    check: (target, language) => board.check(target, language),
    history: () => telemetry.history(),
    tunnels: (query) => crew.tunnels(query),
  };
}

export interface DoorOptions {
  readonly admin: Config['admin'];
  readonly gateway: AdminGateway;
  readonly log: EventLog;
  readonly inEffect: Pick<InEffect, 'stateDirectory'>;
  /** The configuration file: commands that are given it find the door by it. */
  readonly file: string;
}

/** The door of the admin API, not open yet; null when none is configured. */
export function adminDoor({ admin, gateway, log, inEffect, file }: DoorOptions): AdminDoor | null {
  const { host, port, token } = admin;
  if (port === 0) return null;
  return new AdminDoor({
    open: async () => {
      const { admin: fd } = inheritedSockets(process.env, process);
      // Loaded while the workers start, which takes as long.
      const { startAdminServer } = await import('../admin/server.ts');
      const server = await startAdminServer({ host, port, fd, token, gateway });
      const { stateDirectory } = inEffect;
      keepAdminRecord(stateDirectory, file, { host, port, pid: process.pid });
      return {
        ...server,
        close: async () => {
          dropAdminRecord(stateDirectory, file, process.pid);
          await server.close();
        },
      };
    },
    failed: (error) => {
      log.notice('admin-cannot-listen', explainListenError(error, host, port, 'admin'));
    },
    works: (url) => {
      log.notice('admin-works', { url });
    },
  });
}
