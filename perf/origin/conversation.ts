import { COMMAND_BYTES, decodeCommand, encodeCommand } from '../wire/command.ts';
import { cannedClientFinish, cannedServerFlight } from '../wire/handshake.ts';
import { fitsPattern, patternPiece } from '../wire/pattern.ts';

/**
 * The origin's side of one connection without its socket: bytes in, bytes out. Sends at most one piece ahead of what the
 * other side has taken.
 */

/** Where the answers go. */
export interface Outlet {
  /** Sends bytes that nobody changes afterwards. @returns false when they were not taken at once; `resume` follows */
  send(bytes: Buffer): boolean;
}

const RECORD_HEAD = 5;
const flight = cannedServerFlight();
const finish = cannedClientFinish();

export class Conversation {
  readonly #outlet: Outlet;
  /** Bytes that are still to come of the ClientHello's record head, of its body, of what the client ends with. */
  #helloLeft: number;
  readonly #gathered = Buffer.alloc(COMMAND_BYTES);
  #gatheredBytes = 0;
  #doing: 'command' | 'hello-head' | 'hello' | 'finish' | 'echo' | 'upload' | 'download';
  #left = 0;
  #at = 0;
  #compare = false;
  #wrongPieces = 0;

  /** @param handshake `canned`: the first record is a ClientHello to be answered; `none`: TLS was done elsewhere */
  constructor(outlet: Outlet, handshake: 'canned' | 'none') {
    this.#outlet = outlet;
    this.#doing = handshake === 'canned' ? 'hello-head' : 'command';
    this.#helloLeft = handshake === 'canned' ? RECORD_HEAD : 0;
  }

  /** @returns false when the bytes make no sense: the connection is to be ended */
  received(bytes: Buffer, length: number): boolean {
    let at = 0;
    while (at < length) {
      const used = this.#take(bytes, at, length - at);
      if (used < 0) return false;
      at += used;
    }
    return true;
  }

  /** The other side has taken what was sent. */
  resume(): void {
    if (this.#doing === 'download') this.#sendDown();
  }

  /** @returns how many bytes were used, -1 when they make no sense */
  #take(bytes: Buffer, at: number, available: number): number {
    switch (this.#doing) {
      case 'hello-head':
      case 'hello':
        return this.#takeHello(bytes, at, available);
      case 'finish':
        return this.#takeFinish(bytes, at, available);
      case 'command':
        return this.#takeCommand(bytes, at, available);
      case 'echo':
        return this.#takeEcho(bytes, at, available);
      case 'upload':
        return this.#takeUpload(bytes, at, available);
      case 'download':
        // A client asks for the next thing once it has the last one.
        return -1;
    }
  }

  #takeHello(bytes: Buffer, at: number, available: number): number {
    const count = Math.min(available, this.#helloLeft);
    if (this.#doing === 'hello-head') bytes.copy(this.#gathered, RECORD_HEAD - this.#helloLeft, at, at + count);
    this.#helloLeft -= count;
    if (this.#helloLeft > 0) return count;
    if (this.#doing === 'hello-head') {
      if (this.#gathered[0] !== 0x16) return -1;
      this.#doing = 'hello';
      this.#helloLeft = this.#gathered.readUInt16BE(3);
      return count;
    }
    this.#doing = 'finish';
    this.#helloLeft = finish.length;
    this.#outlet.send(flight);
    return count;
  }

  #takeFinish(bytes: Buffer, at: number, available: number): number {
    const count = Math.min(available, this.#helloLeft);
    const from = finish.length - this.#helloLeft;
    if (finish.compare(bytes, at, at + count, from, from + count) !== 0) return -1;
    this.#helloLeft -= count;
    if (this.#helloLeft === 0) this.#doing = 'command';
    return count;
  }

  #takeCommand(bytes: Buffer, at: number, available: number): number {
    const count = Math.min(available, COMMAND_BYTES - this.#gatheredBytes);
    bytes.copy(this.#gathered, this.#gatheredBytes, at, at + count);
    this.#gatheredBytes += count;
    if (this.#gatheredBytes < COMMAND_BYTES) return count;
    this.#gatheredBytes = 0;
    const command = decodeCommand(this.#gathered);
    if (command === null || command.kind === 'acknowledge') return -1;
    this.#doing = command.kind;
    this.#left = command.bytes;
    this.#at = 0;
    this.#compare = command.compare;
    this.#wrongPieces = 0;
    if (command.kind === 'download') this.#sendDown();
    else this.#endWhenDone();
    return count;
  }

  #takeEcho(bytes: Buffer, at: number, available: number): number {
    const count = Math.min(available, this.#left);
    const copy = Buffer.allocUnsafe(count);
    bytes.copy(copy, 0, at, at + count);
    this.#outlet.send(copy);
    this.#left -= count;
    this.#endWhenDone();
    return count;
  }

  #takeUpload(bytes: Buffer, at: number, available: number): number {
    const count = Math.min(available, this.#left);
    if (this.#compare && !fitsPattern(bytes, at, count, this.#at)) this.#wrongPieces += 1;
    this.#left -= count;
    this.#at += count;
    this.#endWhenDone();
    return count;
  }

  #endWhenDone(): void {
    if (this.#left > 0) return;
    if (this.#doing === 'upload') {
      const fields = { bytes: this.#at, compare: this.#compare, wrongPieces: this.#wrongPieces };
      this.#outlet.send(encodeCommand({ kind: 'acknowledge', ...fields }));
    }
    this.#doing = 'command';
  }

  #sendDown(): void {
    while (this.#left > 0) {
      const piece = patternPiece(this.#at, this.#left);
      this.#left -= piece.length;
      this.#at += piece.length;
      // Before the last piece goes out: the next command may arrive before we hear that it was taken.
      if (this.#left === 0) this.#doing = 'command';
      if (!this.#outlet.send(piece)) return;
    }
    this.#doing = 'command';
  }
}
