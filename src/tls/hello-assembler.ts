import type { Fields, Reason } from '../events/reasons.ts';
import { clientHelloBody } from './client-hello.ts';
import type { ParsedHello } from './client-hello.ts';

/**
 * Reassembles the first handshake message over any segmentation and any number of records (RFC 8446 section 5.1) and
 * refuses at the first byte that cannot belong to a ClientHello. Keeps no bytes while the hello lies in one record.
 */

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 0x01;
const RECORD_HEAD = 5;
const MESSAGE_HEAD = 4;
/** RFC 8446 section 5.1: the length of a plaintext record. */
const RECORD_LIMIT = 1 << 14;
const NEED_MORE: ParsedHello = { state: 'need-more' };

interface Fragment {
  readonly start: number;
  readonly end: number;
}

export class HelloAssembler {
  readonly #limit: number;
  /** Where the next record begins. */
  #next = 0;
  #fragments: Fragment[] = [];
  #have = 0;

  /** @param handshakeBytes the largest ClientHello that is read, in bytes, record heads included */
  constructor(handshakeBytes: number) {
    this.#limit = handshakeBytes;
  }

  /** @param buffer everything the client has sent in the tunnel, in its first `length` bytes; only ever grows */
  read(buffer: Uint8Array, length: number): ParsedHello {
    for (;;) {
      const head = checkRecordHead(buffer, this.#next, length);
      if (head !== null) return head;
      // The message head is judged as soon as it can be, wherever the record ends.
      const early = this.#checkMessageHead(buffer, length);
      if (early !== null) return early;
      if (length - this.#next < RECORD_HEAD) return NEED_MORE;
      const size = ((buffer[this.#next + 3] ?? 0) << 8) | (buffer[this.#next + 4] ?? 0);
      const start = this.#next + RECORD_HEAD;
      // Counted with record heads, so that a flood of tiny fragments cannot hold more than the limit.
      if (start + size > this.#limit) return malformed('hello-too-large', { limit: this.#limit });
      if (length < start + size) return NEED_MORE;
      this.#fragments.push({ start, end: start + size });
      this.#have += size;
      this.#next = start + size;
      const whole = this.#whole(buffer);
      if (whole !== null) return whole;
    }
  }

  /** Looks at the four bytes of the message head as far as they are there, complete records or not. */
  #checkMessageHead(buffer: Uint8Array, length: number): ParsedHello | null {
    const head = this.#peek(buffer, length, MESSAGE_HEAD);
    if (head.length >= 1 && head[0] !== CLIENT_HELLO) {
      return malformed('not-client-hello', { detail: `its first handshake message has type ${head[0] ?? 0}` });
    }
    if (head.length < MESSAGE_HEAD) return null;
    return messageBytes(head) > this.#limit ? malformed('hello-too-large', { limit: this.#limit }) : null;
  }

  #whole(buffer: Uint8Array): ParsedHello | null {
    if (this.#have < MESSAGE_HEAD) return null;
    const total = messageBytes(this.#peek(buffer, buffer.length, MESSAGE_HEAD));
    if (this.#have < total) return null;
    if (this.#have > total) return malformed('tls-malformed', { detail: 'bytes follow the ClientHello in its record' });
    const [only] = this.#fragments;
    if (this.#fragments.length === 1 && only !== undefined) {
      return clientHelloBody(buffer.subarray(only.start + MESSAGE_HEAD, only.end));
    }
    return clientHelloBody(this.#peek(buffer, buffer.length, total).subarray(MESSAGE_HEAD));
  }

  /** The first `count` handshake bytes that are there, gathered over the records read and the one that is arriving. */
  #peek(buffer: Uint8Array, length: number, count: number): Uint8Array {
    const gathered = new Uint8Array(Math.min(count, this.#have + Math.max(0, length - this.#next - RECORD_HEAD)));
    let filled = 0;
    const add = (start: number, end: number): void => {
      const part = buffer.subarray(start, Math.min(end, start + gathered.length - filled));
      gathered.set(part, filled);
      filled += part.length;
    };
    for (const { start, end } of this.#fragments) {
      if (filled === gathered.length) return gathered;
      add(start, end);
    }
    if (filled < gathered.length && length - this.#next >= RECORD_HEAD) {
      const size = ((buffer[this.#next + 3] ?? 0) << 8) | (buffer[this.#next + 4] ?? 0);
      const start = this.#next + RECORD_HEAD;
      add(start, Math.min(start + size, length));
    }
    return gathered.subarray(0, filled);
  }
}

function messageBytes(head: Uint8Array): number {
  return MESSAGE_HEAD + (((head[1] ?? 0) << 16) | ((head[2] ?? 0) << 8) | (head[3] ?? 0));
}

/** Judges the five bytes of a record head at `at` as far as they are there; null when nothing is wrong with them yet. */
function checkRecordHead(buffer: Uint8Array, at: number, length: number): ParsedHello | null {
  if (length <= at) return NEED_MORE;
  const type = buffer[at] ?? 0;
  if (type !== HANDSHAKE) return at === 0 ? wrongStart(type) : malformed('not-client-hello', interrupted(type));
  const major = buffer[at + 1] ?? 0;
  const minor = buffer[at + 2] ?? 0;
  if (length > at + 1 && major !== 3) return malformed('not-tls', { detail: `its record version is ${major}.x` });
  if (length > at + 2 && minor > 4) return malformed('not-tls', { detail: `its record version is 3.${minor}` });
  if (length < at + RECORD_HEAD) return null;
  const size = ((buffer[at + 3] ?? 0) << 8) | (buffer[at + 4] ?? 0);
  if (size === 0) return malformed('tls-malformed', { detail: 'a handshake record is empty' });
  if (size > RECORD_LIMIT)
    return malformed('tls-malformed', { detail: `a record is longer than ${RECORD_LIMIT} bytes` });
  return null;
}

function interrupted(type: number): Fields {
  return { detail: `a record of type 0x${type.toString(16)} interrupts it` };
}

const OTHER_RECORDS: Readonly<Record<number, string>> = {
  0x14: 'it begins with a ChangeCipherSpec record',
  0x15: 'it begins with an alert record',
  0x17: 'it begins with application data',
  0x18: 'it begins with a heartbeat record',
};

/** Names what the first byte looks like; one byte decides, so that the verdict does not depend on segmentation. */
function wrongStart(byte: number): ParsedHello {
  const other = OTHER_RECORDS[byte];
  if (other !== undefined) return malformed('not-client-hello', { detail: other });
  if (byte >= 0x80) return malformed('not-tls', { detail: 'it looks like an SSL 2 hello' });
  const shown = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}", like a text protocol` : hex(byte);
  return malformed('not-tls', { detail: `its first byte is ${shown}` });
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

function malformed(reason: Reason, fields: Fields): ParsedHello {
  return { state: 'malformed', reason, fields };
}
