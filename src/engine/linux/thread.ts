import type { MessagePort } from 'node:worker_threads';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Lookup } from '../../dial/lookup.ts';
import { BATCH_MS } from '../../events/batch.ts';
import type { Assembled } from '../assemble.ts';
import { assemble } from '../assemble.ts';
import type { VerifyCredential } from '../authenticator.ts';
import type { VerifyServer } from '../driver.ts';
import { LinuxEngine } from './engine.ts';
import { loadLibc } from './libc.ts';
import { LineChannel } from './line-channel.ts';
import { Listener } from './listener.ts';
import { Loop } from './loop.ts';
import type { FromLoop, LoopStart, ToLoop } from './messages.ts';
import { Wake } from './wake.ts';

/**
 * The loop thread: epoll, driver and sessions. It blocks in `epoll_wait`, so nothing that needs Node's own event loop
 * works here: no timers, no promises, no `on('message')`. Messages are taken when the eventfd wakes it.
 */

/** Time for closing connections to get their last bytes out before the thread ends. */
const LAST_BYTES_MS = 50;
/** Time for the primary to take the last event lines. */
const LAST_LINES_MS = 500;
/** Longest wait while nothing has a deadline: a thread that waits in the kernel cannot be ended. */
const IDLE_WAIT_MS = 1_000;

class LoopThread {
  readonly #port: MessagePort;
  readonly #loop: Loop;
  readonly #listener: Listener;
  readonly #assembled: Assembled;
  readonly #lookups = new Map<string, Parameters<Lookup>[1]>();
  readonly #verifications = new Map<number, Parameters<VerifyServer>[2]>();
  readonly #credentials = new Map<number, Parameters<VerifyCredential>[2]>();
  #verificationNumber = 0;
  readonly #lines: LineChannel;
  readonly #turns: Int32Array;
  #flush: (() => void) | null = null;
  #flushMs = 0;
  #tickMs = 0;
  /** When the open tunnels are cut, and when the thread ends; Infinity while it does not drain. */
  #cutMs = Infinity;
  #endMs = Infinity;

  constructor(port: MessagePort, start: LoopStart) {
    this.#port = port;
    this.#turns = start.turns;
    const libc = loadLibc();
    this.#lines = new LineChannel(libc, start.lineFd);
    this.#loop = new Loop({
      libc,
      maxWaitMs: () => this.#maxWaitMs(),
      turn: (nowMs) => {
        this.#turn(nowMs);
      },
    });
    const engine = new LinuxEngine(this.#loop);
    this.#assembled = assemble(start.settings, {
      transport: engine,
      lookup: (name, done) => {
        this.#lookups.set(name, done);
        this.#tell({ kind: 'resolve', name });
      },
      verifyServer: (chain, host, done) => {
        this.#verificationNumber += 1;
        this.#verifications.set(this.#verificationNumber, done);
        // Posting copies; a view of the loop's one big buffer would take all of it along.
        const own = chain.map((der) => der.slice());
        this.#tell({ kind: 'verify-server', number: this.#verificationNumber, chain: own, host });
      },
      lines: (lines, report, done) => {
        this.#lines.send(lines, report, done);
      },
      sessionLearned: (session) => {
        this.#tell({ kind: 'session-learned', session });
      },
      verifyCredential: (username, password, done) => {
        this.#verificationNumber += 1;
        this.#credentials.set(this.#verificationNumber, done);
        this.#tell({ kind: 'verify-credential', number: this.#verificationNumber, username, password });
      },
      room: (report) => {
        this.#tell({ kind: 'room', report });
      },
      // Sent at the end of each turn, and no turn waits while there is something to send.
      roomWaits: () => undefined,
      later: (flush) => {
        this.#flush = flush;
        this.#flushMs = this.#loop.nowMs + BATCH_MS;
      },
    });
    new Wake(this.#loop, start.wakeFd, () => {
      this.#takeMessages();
    });
    this.#listener = new Listener(this.#loop, start.listenFd, {
      accepted: (connection) => {
        this.#assembled.driver.accept(connection);
      },
      refused: (code) => this.#assembled.driver.refuseClient(code),
    });
  }

  run(): void {
    this.#tell({ kind: 'ready' });
    try {
      this.#loop.run();
    } finally {
      // Also when a mistake of ours ends the loop: the lines before it tell what led there.
      this.#assembled.lines.flush();
      this.#lines.finish(LAST_LINES_MS);
      this.#loop.dispose();
    }
  }

  #tell(message: FromLoop): void {
    this.#port.postMessage(message);
  }

  #maxWaitMs(): number {
    const { driver, admission } = this.#assembled;
    if (admission.waits) return 0;
    return driver.ticking || this.#flush !== null || this.#lines.waits || this.#endMs !== Infinity
      ? driver.tickMs
      : IDLE_WAIT_MS;
  }

  #turn(nowMs: number): void {
    Atomics.add(this.#turns, 0, 1);
    const { driver } = this.#assembled;
    if (nowMs >= this.#tickMs) {
      this.#tickMs = nowMs + driver.tickMs;
      driver.tick();
      if (this.#lines.waits) this.#lines.flush();
      if (this.#cutMs !== Infinity) this.#goOnDraining(nowMs);
    }
    this.#assembled.admission.flush();
    if (this.#flush !== null && nowMs >= this.#flushMs) {
      const flush = this.#flush;
      this.#flush = null;
      flush();
    }
  }

  #takeMessages(): void {
    for (;;) {
      const next = receiveMessageOnPort(this.#port) as { readonly message: ToLoop } | undefined;
      if (next === undefined) return;
      this.#take(next.message);
    }
  }

  #take(message: ToLoop): void {
    switch (message.kind) {
      case 'resolved': {
        const done = this.#lookups.get(message.name);
        this.#lookups.delete(message.name);
        done?.(message.code, message.addresses);
        return;
      }
      case 'server-verified': {
        const done = this.#verifications.get(message.number);
        this.#verifications.delete(message.number);
        done?.(message.ok, message.fields);
        return;
      }
      case 'credential-verified': {
        const done = this.#credentials.get(message.number);
        this.#credentials.delete(message.number);
        done?.(message.verdict);
        return;
      }
      case 'room-noticed':
        this.#assembled.admission.noticed(message.notice);
        return;
      case 'list':
        this.#tell({ kind: 'tunnels', list: this.#assembled.driver.list(message.query) });
        return;
      case 'rules':
        this.#assembled.takeRules(message.hosts);
        this.#tell({ kind: 'rules-taken' });
        return;
      case 'reconfigure': {
        const ended = this.#assembled.reconfigure(message.settings, message.enforce);
        this.#tell({ kind: 'reconfigured', ended });
        return;
      }
      case 'remember':
        this.#assembled.remember(message.sessions);
        return;
      case 'stop':
        this.#loop.stop();
        return;
      case 'drain':
        this.#listener.stop();
        this.#cutMs = this.#loop.nowMs + message.limitMs;
        this.#endMs = this.#cutMs + LAST_BYTES_MS;
        return;
    }
  }

  /** Ends the tunnels when their time is over, and the loop when nothing is open any more. */
  #goOnDraining(nowMs: number): void {
    const { driver } = this.#assembled;
    if (driver.open > 0 && nowMs >= this.#cutMs) {
      driver.cutAll('drain-timeout');
      this.#cutMs = nowMs + LAST_BYTES_MS;
    }
    if (driver.open === 0 || nowMs >= this.#endMs) this.#loop.stop();
  }
}

if (parentPort === null) throw new Error('this file is the loop thread of a worker process');
new LoopThread(parentPort, workerData as LoopStart).run();
