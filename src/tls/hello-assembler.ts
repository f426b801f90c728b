import type { Fields, Reason } from '../events/reasons.ts';
import { readClientHello } from './client-hello.ts';
import type { ParsedHello } from './client-hello.ts';

/**
 * Reassembles the first handshake message over any segmentation and any number of records (RFC 8446 section 5.1) and
 * refuses at the first byte that cannot belong to a ClientHello. Judges bytes strictly in their order, so that the
 * verdict cannot depend on how the network cut them. Keeps positions only, never bytes.
 */

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 0x01;
const RECORD_HEAD = 5;
const MESSAGE_HEAD = 4;
/** RFC 8446 section 5.1: the length of a plaintext record. */
const RECORD_LIMIT = 1 << 14;
const NEED_MORE: ParsedHello = { state: 'need-more' };

export class HelloAssembler {
  readonly #limit: number;
  /** Where the record begins that is not complete yet. */
  #next = 0;
  /** Handshake bytes in the complete records before it. */
  #have = 0;

  /** @param handshakeBytes the largest ClientHello that is read, in bytes, record heads included */
  constructor(handshakeBytes: number) {
    this.#limit = handshakeBytes;
  }

  /**
   * Goes on where the last call stopped. After any answer but `need-more` the assembler is spent.
   * @param buffer everything the client has sent in the tunnel, in its first `length` bytes; only ever grows
   */
  read(buffer: Uint8Array, length: number): ParsedHello {
    for (;;) {
      const wrongHead = checkRecordHead(buffer, this.#next, length);
      if (wrongHead !== null) return wrongHead;
      if (length - this.#next < RECORD_HEAD) return NEED_MORE;
      const size = recordBytes(buffer, this.#next);
      const end = this.#next + RECORD_HEAD + size;
      // Counted with record heads, so that a flood of tiny fragments cannot hold more than the limit.
      if (end > this.#limit) return this.#tooLarge();
      // Not further than this record: the head of the next one has to be judged first.
      const message = this.#messageBytes(buffer, Math.min(length, end), this.#have + size);
      if (typeof message !== 'number') return message;
      if (length < end) return NEED_MORE;
      this.#have += size;
      this.#next = end;
      if (this.#have === message) return this.#whole(buffer);
      // Not even one more byte of the hello would fit: no caller has to hold more than the limit.
      if (end + RECORD_HEAD >= this.#limit) return this.#tooLarge();
    }
  }

  /**
   * Judges the message head as far as it is there.
   * @param withRecord handshake bytes up to the end of the record that is being read
   * @returns bytes of the message, its head included; 0 while the head is not whole
   */
  #messageBytes(buffer: Uint8Array, length: number, withRecord: number): number | ParsedHello {
    const type = handshakeByte(buffer, length, 0);
    if (type < 0) return 0;
    if (type !== CLIENT_HELLO) {
      return malformed('not-client-hello', { detail: `its first handshake message has type ${type}` });
    }
    const low = handshakeByte(buffer, length, 3);
    if (low < 0) return 0;
    const size = (handshakeByte(buffer, length, 1) << 16) | (handshakeByte(buffer, length, 2) << 8) | low;
    const total = MESSAGE_HEAD + size;
    if (total + RECORD_HEAD > this.#limit) return this.#tooLarge();
    // A second message in the same record would be judged by nobody.
    return withRecord > total
      ? malformed('tls-malformed', { detail: 'bytes follow the ClientHello in its record' })
      : total;
  }

  #whole(buffer: Uint8Array): ParsedHello {
    const inOneRecord = this.#next === RECORD_HEAD + this.#have;
    const read = inOneRecord
      ? readClientHello(buffer, RECORD_HEAD + MESSAGE_HEAD, this.#next)
      : readClientHello(gather(buffer, this.#next, this.#have), MESSAGE_HEAD, this.#have);
    return read.ok
      ? { state: 'done', hello: read.hello, consumedBytes: this.#next }
      : malformed(read.reason, read.fields);
  }

  #tooLarge(): ParsedHello {
    return malformed('hello-too-large', { limit: this.#limit });
  }
}

/** The handshake byte at `index`, out of records whose heads are already judged; -1 when it is not there. */
function handshakeByte(buffer: Uint8Array, length: number, index: number): number {
  let before = index;
  for (let at = 0; at + RECORD_HEAD < length;) {
    const size = recordBytes(buffer, at);
    if (before < size) {
      const place = at + RECORD_HEAD + before;
      return place < length ? (buffer[place] ?? -1) : -1;
    }
    before -= size;
    at += RECORD_HEAD + size;
  }
  return -1;
}

/** The `count` handshake bytes of the whole records before `length`, without the record heads. */
function gather(buffer: Uint8Array, length: number, count: number): Uint8Array {
  const gathered = new Uint8Array(count);
  let filled = 0;
  for (let at = 0; at + RECORD_HEAD < length; at += RECORD_HEAD + recordBytes(buffer, at)) {
    const start = at + RECORD_HEAD;
    const size = recordBytes(buffer, at);
    gathered.set(buffer.subarray(start, start + size), filled);
    filled += size;
  }
  return gathered;
}

function recordBytes(buffer: Uint8Array, at: number): number {
  return ((buffer[at + 3] ?? 0) << 8) | (buffer[at + 4] ?? 0);
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
  const size = recordBytes(buffer, at);
  if (size === 0) return malformed('tls-malformed', { detail: 'a handshake record is empty' });
  if (size > RECORD_LIMIT) {
    return malformed('tls-malformed', { detail: `a record is longer than ${RECORD_LIMIT} bytes` });
  }
  return null;
}

function interrupted(type: number): Fields {
  return { detail: `a record of type ${hex(type)} interrupts it` };
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
  if (byte <= 0x20 || byte === 0x7f) return malformed('not-tls', { detail: `its first byte is ${hex(byte)}` });
  const letter = String.fromCharCode(byte);
  return malformed('not-tls', { detail: `its first byte is "${letter}", like ${protocolOf(letter)}` });
}

function protocolOf(letter: string): string {
  // CONNECT, DELETE, GET, HEAD, OPTIONS, POST, PUT, PATCH, TRACE: RFC 9110 section 9.3; "SSH-": RFC 4253 section 4.2.
  if ('CDGHOPT'.includes(letter)) return 'an HTTP request';
  return letter === 'S' ? 'an SSH banner' : 'a text protocol';
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

function malformed(reason: Reason, fields: Fields): ParsedHello {
  return { state: 'malformed', reason, fields };
}
