import type { DriverContext } from './driver.ts';
import type { Ends } from './ends.ts';
import { closeBoth, lastActiveMs, resetBoth } from './ends.ts';
import type { Connection } from './engine.ts';
import type { TimerEntry } from './timer-wheel.ts';

/** A refused client gets this long to read its answer and close by itself before its descriptor is taken away. */
const LINGER_MS = 2_000;
/** A reset follows bytes that were just handed to the kernel at this distance, because an RST overtakes them. */
const RESET_GRACE_MS = 500;

/** What closing needs of the loop. */
export type ClosingContext = Pick<DriverContext, 'transport' | 'wheel' | 'timeouts'>;

/**
 * The last phase of a tunnel: it has ended and is reported, what remains is to let go of its connections. Whoever still
 * takes bytes gets them; nobody can hold on to a descriptor for ever.
 */
export class Closing {
  readonly state = 'closing';
  readonly #context: ClosingContext;
  readonly #tunnel: Ends & TimerEntry;
  /** Who is to get an RST once it has taken its bytes. */
  #resetting: Connection | null = null;

  constructor(context: ClosingContext, tunnel: Ends & TimerEntry) {
    this.#context = context;
    this.#tunnel = tunnel;
    context.wheel.schedule(tunnel, context.transport.now() + LINGER_MS);
  }

  /** Closes the origin and leaves the client the time to read its answer. */
  linger(): void {
    const { client, origin, clientEnded } = this.#tunnel;
    // What the origin has not taken may still lie in the buffer that the lingering client is read into: drop it.
    if (origin?.keepsBytes === true) origin.reset();
    else origin?.close();
    if (clientEnded) {
      client.close();
      return;
    }
    client.end();
    client.resumeReading();
  }

  /** A reset is passed on as a reset, but not before what was received earlier is on its way (envoy issue 24083). */
  resetAfterFlush(survivor: Connection): void {
    this.#resetting = survivor;
    if (survivor.keepsBytes) return;
    const { transport, wheel } = this.#context;
    const quietMs = transport.now() - survivor.lastActiveMs;
    if (quietMs >= RESET_GRACE_MS) survivor.reset();
    else wheel.schedule(this.#tunnel, survivor.lastActiveMs + RESET_GRACE_MS);
  }

  drained(connection: Connection): void {
    if (this.#resetting === connection) this.resetAfterFlush(connection);
  }

  ended(connection: Connection): void {
    if (this.#resetting === null) connection.close();
  }

  /** The closing time is over. Whoever still takes bytes may go on; the rest is cut. */
  expired(): void {
    const { transport, wheel, timeouts } = this.#context;
    const { client, origin } = this.#tunnel;
    const nowMs = transport.now();
    const flushing = client.keepsBytes || (origin?.keepsBytes ?? false);
    if (flushing && nowMs < lastActiveMs(this.#tunnel) + timeouts.halfClosed * 1000) {
      wheel.schedule(this.#tunnel, nowMs + LINGER_MS);
      return;
    }
    if (this.#resetting !== null || flushing) resetBoth(this.#tunnel);
    else closeBoth(this.#tunnel);
  }
}
