import type { Socket } from 'node:net';
import { openClient, openTunnel, rawHello, readAll } from '../support/raw-tunnel.ts';
import type { Order } from './origin.ts';
import { PatternReader, WrongByte, writePattern } from './pattern.ts';

/** What a client of the soak may do, each with what it must see. They throw when they see something else. */

export interface Stage {
  readonly port: number;
  /** "origin.test:port", allowed. */
  readonly destination: string;
  /** The same host on a port where nobody listens. */
  readonly closedPort: string;
  /**
   * Tunnels that were reset and looked as if they had ended. libuv does not look for a failure when a hang-up follows a
   * read that did not fill its buffer (uv__stream_io): the portable engine cannot tell the two apart, and neither can the
   * ends of this soak when both come at once.
   */
  earlyEnds: number;
  /** Bytes compared so far, both directions. */
  compared: number;
}

/** A socket of the scenario: ended when the scenario takes too long. */
export type Track = (socket: Socket) => Socket;
export type Scenario = (stage: Stage, track: Track) => Promise<void>;

/** Scenarios by name, with how often they are chosen. */
export const SCENARIOS: readonly (readonly [string, number, Scenario])[] = [
  ['transfer', 40, (stage, track) => transfer(stage, track, {})],
  ['stalled client', 6, (stage, track) => transfer(stage, track, { clientStallMs: between(100, 3_000) })],
  ['stalled origin', 6, (stage, track) => transfer(stage, track, { order: { stallMs: between(100, 3_000) } })],
  ['origin ends first', 8, (stage, track) => transfer(stage, track, { order: { endFirst: true } })],
  ['client resets', 8, (stage, track) => transfer(stage, track, { clientResets: true })],
  ['origin resets', 8, (stage, track) => transfer(stage, track, { originResets: true })],
  ['reset before the tunnel stands', 6, resetEarly],
  ['refused host', 6, refusedHost],
  ['closed port', 4, closedPort],
  ['garbage', 4, garbage],
  ['no TLS', 4, noTls],
];

interface Play {
  readonly order?: Partial<Order>;
  readonly clientStallMs?: number;
  readonly clientResets?: boolean;
  readonly originResets?: boolean;
}

/** Up and down at once, both compared, then a half-close each way. */
async function transfer(stage: Stage, track: Track, play: Play): Promise<void> {
  const order = newOrder(play);
  const socket = track(await openTunnel(stage.port, stage.destination));
  const reader = new PatternReader(order.downOffset);
  const resetAt = play.clientResets === true ? between(0, order.down - 1) : Infinity;
  let stallAt = play.clientStallMs === undefined ? Infinity : between(0, order.down - 1);
  await new Promise<void>((resolve, reject) => {
    let ended = false;
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.take(chunk);
      } catch (error) {
        reject(new WrongByte(`download: ${(error as Error).message}`));
        return;
      }
      if (reader.received >= resetAt) {
        socket.resetAndDestroy();
        resolve();
      } else if (reader.received >= stallAt) {
        stallAt = Infinity;
        socket.pause();
        setTimeout(() => socket.resume(), play.clientStallMs);
      }
    });
    socket.on('end', () => {
      ended = true;
      if (reader.received === order.down) return;
      if (play.originResets === true) {
        stage.earlyEnds += 1;
        return;
      }
      reject(new Error(`download: ended after ${reader.received} of ${order.down} bytes`));
    });
    socket.on('close', () => {
      if (ended || play.originResets === true) resolve();
      else reject(new Error(`the tunnel was cut after ${reader.received} of ${order.down} bytes`));
    });
    socket.write(`${JSON.stringify(order)}\n`);
    writePattern(socket, order.upOffset, order.up, () => socket.end());
    socket.resume();
  });
  stage.compared += reader.received + (play.originResets === true ? 0 : order.up);
}

function newOrder({ order, originResets, clientResets }: Play): Order {
  const up = size();
  return {
    up,
    upOffset: between(0, 1_000_000),
    down: size(),
    downOffset: between(0, 1_000_000),
    stallAt: between(0, up - 1),
    stallMs: 0,
    resetAt: originResets === true ? between(0, up - 1) : -1,
    endFirst: false,
    mayEndEarly: clientResets === true,
    ...order,
  };
}

async function resetEarly(stage: Stage, track: Track): Promise<void> {
  const socket = track(await openClient(stage.port));
  const hello = rawHello('origin.test');
  const whole = Buffer.concat([Buffer.from(connectTo(stage.destination)), hello]);
  socket.write(whole.subarray(0, between(0, whole.length - 1)));
  await pause(between(0, 50));
  socket.resetAndDestroy();
}

async function refusedHost(stage: Stage, track: Track): Promise<void> {
  await expectStatus(stage, track, connectTo('forbidden.test:443'), 403);
}

async function closedPort(stage: Stage, track: Track): Promise<void> {
  await expectStatus(stage, track, connectTo(stage.closedPort), 502);
}

async function garbage(stage: Stage, track: Track): Promise<void> {
  await expectStatus(stage, track, `\x01\x02 garbage ${'x'.repeat(between(0, 500))}\r\n\r\n`, 400);
}

async function expectStatus(stage: Stage, track: Track, request: string, status: number): Promise<void> {
  const socket = track(await openClient(stage.port));
  socket.write(request, 'latin1');
  const answer = (await readAll(socket, 20_000)).toString('latin1');
  socket.end();
  if (!answer.startsWith(`HTTP/1.1 ${status} `)) throw new Error(`not a ${status}: ${JSON.stringify(answer)}`);
}

/** A tunnel whose client speaks something else gets a fatal alert (RFC 8446 section 6), and the origin nothing. */
async function noTls(stage: Stage, track: Track): Promise<void> {
  const socket = track(await openClient(stage.port));
  socket.write(connectTo(stage.destination));
  socket.write('GET / HTTP/1.1\r\n\r\n');
  const answer = await readAll(socket, 20_000);
  socket.end();
  const behind = answer.subarray(answer.indexOf('\r\n\r\n') + 4);
  if (behind[0] !== 0x15) throw new Error(`not an alert: ${JSON.stringify(answer.toString('latin1'))}`);
}

function connectTo(destination: string): string {
  return `CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`;
}

/** From a byte to 4 MB, small ones as often as large ones. */
function size(): number {
  return Math.floor(Math.exp(Math.random() * Math.log(4 * 1024 * 1024)));
}

/** A whole number, both ends included; `least` when `most` is below it. */
export function between(least: number, most: number): number {
  return least + Math.floor(Math.random() * Math.max(1, most - least + 1));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
