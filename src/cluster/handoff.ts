import type { Worker } from 'node:cluster';
import type { Socket } from 'node:net';
import type { ToWorker } from './messages.ts';

/**
 * Hands accepted sockets to workers, in turn. The primary keeps its own descriptor of each until the worker has said
 * that it took it: when a worker dies with sockets on their way, they go to another one and no client notices. (The
 * hand-off built into `node:cluster` loses those, and closes the listening socket when the last worker dies.)
 */

/** Sockets that may wait for a worker while there is none. */
const WAITING_LIMIT = 4096;
/** Time for an answer to get out before its socket is closed; short, because descriptors are scarce then. */
const TURN_AWAY_MS = 100;

interface Target {
  readonly worker: Worker;
  /** Handed and not yet confirmed, oldest first. */
  inFlight: Socket[];
  /** Sockets handed to it so far, each with its number: it tells those that do not come from those that do. */
  sent: number;
  /** Gets no more, and still has to confirm what it got. */
  retired: boolean;
}

export class Handoff {
  readonly #targets: Target[] = [];
  #waiting: Socket[] = [];
  #next = 0;

  /** Sockets that no worker has confirmed yet. */
  get pending(): number {
    return this.#targets.reduce((sum, target) => sum + target.inFlight.length, this.#waiting.length);
  }

  /** Takes a socket just accepted (paused, not a byte read) and passes it on. */
  offer(socket: Socket): void {
    // A client that resets before the hand-off must not throw in the primary.
    socket.on('error', () => undefined);
    this.#place(socket);
  }

  /** A worker is ready for sockets. */
  add(worker: Worker): void {
    const target: Target = { worker, inFlight: [], sent: 0, retired: false };
    this.#targets.push(target);
    // The one sign that a socket was lost, because the worker had no descriptor for it (unix(7), SCM_RIGHTS): an answer of
    // Node to itself. It does not say which one; a worker that knows how many there were finds out.
    worker.process.on('internalMessage', ({ cmd }: { readonly cmd?: unknown }) => {
      if (cmd === 'NODE_HANDLE_NACK') worker.send({ kind: 'accepts-sent', count: target.sent } satisfies ToWorker);
    });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const socket of waiting) this.#place(socket);
  }

  /** A worker gets no more sockets, but those on their way to it are still its own. */
  retire(worker: Worker): void {
    const target = this.#targets.find((each) => each.worker === worker);
    if (target !== undefined) target.retired = true;
  }

  /** A worker is gone: what it had not confirmed goes to others. */
  remove(worker: Worker): void {
    const index = this.#targets.findIndex((target) => target.worker === worker);
    const target = this.#targets[index];
    if (target === undefined) return;
    this.#targets.splice(index, 1);
    for (const socket of target.inFlight) this.#place(socket);
  }

  /** The worker has taken its oldest `count` sockets; the primary lets go of them. */
  confirmed(worker: Worker, count: number): void {
    const target = this.#targets.find((each) => each.worker === worker);
    for (const socket of target?.inFlight.splice(0, count) ?? []) socket.destroy();
  }

  /** The worker could not receive its oldest socket: the primary answers in its place. */
  turnedAway(worker: Worker, answer: Uint8Array): void {
    const socket = this.#targets.find((each) => each.worker === worker)?.inFlight.shift();
    if (socket === undefined) return;
    // Read and dropped: closed with the request unread, the socket would send a reset behind the answer.
    socket.resume();
    socket.end(answer);
    setTimeout(() => socket.destroy(), TURN_AWAY_MS);
  }

  #place(socket: Socket): void {
    const targets = this.#targets.filter(({ retired }) => !retired);
    if (targets.length === 0) {
      if (this.#waiting.length < WAITING_LIMIT) this.#waiting.push(socket);
      else socket.destroy();
      return;
    }
    this.#next = (this.#next + 1) % targets.length;
    const target = targets[this.#next];
    const handle = rawHandle(socket);
    if (target === undefined || handle === null) {
      socket.destroy();
      return;
    }
    target.inFlight.push(socket);
    target.sent += 1;
    const accept: ToWorker = { kind: 'accept', number: target.sent };
    // The error comes back through the worker's exit, which hands the socket to another one.
    target.worker.process.send(accept, handle, { keepOpen: true }, () => undefined);
  }
}

/**
 * The handle behind a socket. Sent raw, it spares both processes the bookkeeping that Node does for a `net.Socket` that
 * travels, and lets the worker choose how to read from it.
 */
function rawHandle(socket: Socket): Socket | null {
  return (socket as Socket & { _handle: Socket | null })._handle;
}
