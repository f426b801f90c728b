import type { AdminGateway } from '../admin/gateway.ts';
import type { Config } from '../config/schema.ts';
import type { EventFeed } from '../events/feed.ts';
import { AdminDoor } from './admin-door.ts';
import type { Crew } from './crew.ts';
import type { EventLog } from './event-log.ts';
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

/** The door of the admin API, not open yet; null when none is configured. */
export function adminDoor(admin: Config['admin'], gateway: AdminGateway, log: EventLog): AdminDoor | null {
  const { host, port, token } = admin;
  if (port === 0) return null;
  return new AdminDoor({
    open: async () => {
      const { admin: fd } = inheritedSockets(process.env, process);
      // Loaded while the workers start, which takes as long.
      const { startAdminServer } = await import('../admin/server.ts');
      return await startAdminServer({ host, port, fd, token, gateway });
    },
    failed: (error) => {
      log.notice('admin-cannot-listen', explainListenError(error, host, port, 'admin'));
    },
    works: (url) => {
      log.notice('admin-works', { url });
    },
  });
}
