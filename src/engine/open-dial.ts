import type { Authority } from '../address/authority.ts';
import type { DialOwner } from './dial.ts';
import { Dial } from './dial.ts';
import type { DriverContext } from './driver.ts';
import { RelayDial } from './relay-dial.ts';

/** A dial under way, whichever way it goes. */
export interface Dialing {
  start(): void;
  /** Drops everything under way; the owner hears nothing more. */
  cancel(): void;
}

/** The way to a destination: through the relays that take it, else directly. */
export function openDial(context: DriverContext, destination: Authority, owner: DialOwner): Dialing {
  const routes = context.relays.routes.candidates(destination.host, context.transport.now());
  return routes.length === 0
    ? new Dial(context, destination, owner)
    : new RelayDial(context, destination, owner, routes);
}
