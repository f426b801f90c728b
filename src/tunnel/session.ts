import { ConnectRequestParser } from '../http/connect-request.ts';
import type { ShownCertificate } from './shown-certificate.ts';
import type { Command } from './command.ts';
import { HeldBytes } from './held-bytes.ts';
import type { Input } from './input.ts';
import type { SessionContext, State, StateName } from './state.ts';
import { TRANSITIONS } from './state.ts';
import { admitting } from './states/admitting.ts';
import { awaitingServer } from './states/awaiting-server.ts';
import { dialing } from './states/dialing.ts';
import { ending } from './states/ending.ts';
import { observingHello } from './states/observing-hello.ts';
import { readingProxyHeader } from './states/reading-proxy-header.ts';
import { readingRequest } from './states/reading-request.ts';

/**
 * The tunnel session: decides over time, from the first byte of a client until the tunnel is opaque or closed. It has
 * no clock, no socket and no logger: inputs are facts, commands are orders, time is an argument. Every state lives in
 * its own file under `states/`.
 */
export class Session {
  #state: State;
  #context: SessionContext;
  #deadlineMs: number;
  /** The client has sent its FIN before it was answered: it is told of once there is somebody to pass it on to. */
  #endedEarly = false;

  /**
   * @param nowMs when the client was accepted, in ms on the clock that `on` is told
   * @param client address of whoever has connected, as text
   * @param shown what it has shown in the TLS handshake with the gateway; null without one
   */
  constructor(context: SessionContext, nowMs: number, client: string, shown: ShownCertificate | null = null) {
    this.#context = context;
    this.#state = firstState(context, client, shown);
    this.#deadlineMs = nowMs + context.timeouts.connectRequest * 1000;
  }

  /** From now on this session judges by another configuration. What it has allowed already stays allowed. */
  reconfigure(context: SessionContext): void {
    this.#context = context;
  }

  get state(): StateName {
    return this.#state.name;
  }

  /** When the session wants the input `deadline`, in ms on the caller's clock; Infinity when it wants none. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  /**
   * Takes one input and appends the commands it leads to. The caller carries them out in order after this returns;
   * bytes of the input are borrowed until then.
   */
  on(input: Input, nowMs: number, out: Command[]): void {
    const before = this.#state;
    // Who has sent all it has to say may wait for its answer (RFC 9112 section 9.6); if it is gone, the answer will tell.
    if (input.kind === 'ended' && waitsForAnswer(before)) {
      this.#endedEarly = true;
      return;
    }
    const after = this.#step(before, input, nowMs, out);
    if (after === before || after.name === before.name) {
      this.#state = after;
      return;
    }
    this.#enter(before, after, nowMs);
    if (!this.#endedEarly || waitsForAnswer(after)) return;
    this.#endedEarly = false;
    this.on({ kind: 'ended', from: 'client' }, nowMs, out);
  }

  #step(state: State, input: Input, nowMs: number, out: Command[]): State {
    switch (state.name) {
      case 'reading-proxy-header':
        return readingProxyHeader(state, input, this.#context, nowMs, out);
      case 'reading-request':
        return readingRequest(state, input, this.#context, nowMs, out);
      case 'admitting':
        return admitting(state, input, this.#context, nowMs, out);
      case 'dialing':
        return dialing(state, input, this.#context, nowMs, out);
      case 'observing-hello':
        return observingHello(state, input, this.#context, nowMs, out);
      case 'awaiting-server':
      case 'observing-handshake':
        return awaitingServer(state, input, nowMs, out);
      case 'ending':
        return ending(state, input, out);
      case 'opaque':
      case 'closed':
        return state;
    }
  }

  #enter(before: State, after: State, nowMs: number): void {
    if (!isAllowedStep(before.name, after.name)) {
      throw new Error(`session went from ${before.name} to ${after.name}, which TRANSITIONS does not list`);
    }
    this.#state = after;
    // One limit for the whole handshake, from the ClientHello on; one for the request and what stands in front of it.
    if (after.name === 'observing-handshake' || after.name === 'reading-request') return;
    this.#deadlineMs = nowMs + this.#timeLimitMs(after.name);
  }

  #timeLimitMs(name: StateName): number {
    const { timeouts } = this.#context;
    switch (name) {
      case 'reading-proxy-header':
      case 'reading-request':
      case 'admitting':
        return timeouts.connectRequest * 1000;
      case 'dialing':
        return timeouts.dial * 1000;
      case 'observing-hello':
        return timeouts.clientHello * 1000;
      case 'awaiting-server':
      case 'observing-handshake':
      case 'ending':
        return timeouts.handshake * 1000;
      case 'opaque':
      case 'closed':
        return Infinity;
    }
  }
}

function firstState({ rules, limits }: SessionContext, client: string, shown: ShownCertificate | null): State {
  if (rules.proxyProtocol.mode !== 'off') return { name: 'reading-proxy-header', client, held: new HeldBytes() };
  return { name: 'reading-request', client, shown, held: new HeldBytes(), parser: new ConnectRequestParser(limits) };
}

function waitsForAnswer({ name }: State): boolean {
  return name === 'admitting' || name === 'dialing';
}

function isAllowedStep(from: StateName, to: StateName): boolean {
  return (TRANSITIONS[from] as readonly StateName[]).includes(to);
}
