import { MessagePieces } from './message-pieces.ts';
import {
  ALERT,
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  CIPHERTEXT_LIMIT,
  HANDSHAKE,
  MESSAGE_HEAD_BYTES,
  PLAINTEXT_LIMIT,
  RECORD_HEAD_BYTES,
  describeFirstRecord,
  hexByte,
  messageBytes,
} from './record.ts';

/**
 * One direction of a handshake: bytes in any segmentation → handshake messages, ChangeCipherSpec, alerts, encrypted
 * records, strictly in their order. Keeps what is not yet judged, tells which bytes may go on, and copies nothing when a
 * whole chunk may go on at once. Knows nothing of what message may follow which.
 */

/** What `next` has found. */
export const FOUND = {
  /** Nothing more that is whole. */
  nothing: 0,
  /** `messageType` and `body` hold it. */
  message: 1,
  changeCipherSpec: 2,
  /** `alertLevel` and `alertCode` hold it. */
  alert: 3,
  /** The head of an encrypted record: `recordType`, `recordBytes`; its content is not looked at. */
  encrypted: 4,
  /** `fault` and `detail` hold what is wrong. The reader is spent. */
  wrong: 5,
} as const;
export type Found = (typeof FOUND)[keyof typeof FOUND];

/** `not-tls` only for the first record. */
export type Fault = 'not-tls' | 'malformed' | 'order' | 'too-large';

const NO_BYTES = new Uint8Array(0);
/** Enough for a record head and for most of what is cut off at the end of a segment. */
const KEPT_BYTES = 512;

export class HandshakeReader {
  messageType = 0;
  /** Of a message without its head, or the first bytes of an encrypted record; valid until the next `feed` or `take`. */
  body: Uint8Array = NO_BYTES;
  alertLevel = 0;
  alertCode = 0;
  recordType = 0;
  recordBytes = 0;
  fault: Fault = 'malformed';
  detail = '';
  /** Set behind ChangeCipherSpec up to TLS 1.2: from here on handshake and alert records are encrypted. */
  encrypted = false;

  readonly #limit: number;
  /** Handshake bytes so far, record heads included. */
  #counted: number;
  /** Records read; 0 before the first, which tells whether this is TLS at all. */
  #records: number;
  /** What has come and is not taken yet: the caller's chunk, or a copy. */
  #window: Uint8Array = NO_BYTES;
  #length = 0;
  #owned = false;
  /** Where reading goes on; beyond `#length` while the content of an encrypted record is passed over. */
  #at = 0;
  /** End of the handshake record that is being read; `#at` between records. */
  #recordEnd = 0;
  /** Everything before it may go on. */
  #judged = 0;
  /** The message so far, when it goes over several records. */
  readonly #pieces = new MessagePieces();
  #open = false;

  /**
   * @param limit handshake bytes that are read at most
   * @param counted how many of them are read already
   */
  constructor(limit: number, counted: number) {
    this.#limit = limit;
    this.#counted = counted;
    this.#records = counted > 0 ? 1 : 0;
  }

  /** Bytes that have come and are not taken. */
  get waiting(): number {
    return this.#length;
  }

  /** True once `open` was called: whatever comes may go on. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Adds what came. Borrowed until `take`. */
  feed(bytes: Uint8Array): void {
    if (this.#length === 0) {
      this.#window = bytes;
      this.#length = bytes.length;
      this.#owned = false;
      return;
    }
    const needed = this.#length + bytes.length;
    if (needed > this.#window.length) this.#keep(0, Math.max(needed, this.#window.length * 2));
    this.#window.set(bytes, this.#length);
    this.#length = needed;
  }

  /**
   * What may go on now, or null: the caller's own bytes where they were judged whole. The rest is kept. Valid until the
   * commands of this input are carried out.
   */
  take(): Uint8Array | null {
    if (this.#open) this.#judged = this.#length;
    const judged = this.#judged;
    // A view keeps what it shows alive, and costs memory of its own in every tunnel that waits.
    this.body = NO_BYTES;
    if (judged === 0) {
      if (!this.#owned && this.#length > 0) this.#keep(0, Math.max(this.#length, KEPT_BYTES));
      return null;
    }
    const bytes = judged === this.#window.length ? this.#window : this.#window.subarray(0, judged);
    if (judged === this.#length) {
      this.#window = NO_BYTES;
      this.#length = 0;
      this.#owned = false;
    } else {
      this.#keep(judged, Math.max(this.#length - judged, KEPT_BYTES));
    }
    this.#at -= judged;
    this.#recordEnd -= judged;
    this.#judged = 0;
    return bytes;
  }

  /** From now on nothing is read any more; whatever came and comes may go on. */
  open(): void {
    this.#open = true;
  }

  /** Type of the record that comes next, or -1 while none has begun, or one is being read. */
  nextRecordType(): number {
    this.#settle();
    return this.#at < this.#length && this.#at >= this.#recordEnd ? (this.#window[this.#at] ?? -1) : -1;
  }

  /** True while something of a record or message is left behind the message found last. */
  get isInsideRecord(): boolean {
    return this.#at < this.#recordEnd || this.#pieces.length > 0;
  }

  /** Reads on. Whoever calls it again accepts what was found before. */
  next(): Found {
    for (;;) {
      if (this.#at < this.#recordEnd) {
        const found = this.#nextMessage();
        if (found !== FOUND.nothing) return found;
        continue;
      }
      this.#settle();
      if (this.#length - this.#at < RECORD_HEAD_BYTES) return FOUND.nothing;
      const found = this.#nextRecord();
      if (found !== null) return found;
    }
  }

  /** Between records everything read may go on, unless a message is still in pieces. */
  #settle(): void {
    if (this.#at >= this.#recordEnd && this.#pieces.length === 0) this.#judged = Math.min(this.#at, this.#length);
  }

  /** Null: a handshake record is whole and its messages are to be read. */
  #nextRecord(): Found | null {
    const at = this.#at;
    const window = this.#window;
    const type = window[at] ?? 0;
    const size = ((window[at + 3] ?? 0) << 8) | (window[at + 4] ?? 0);
    const wrong = this.#checkHead(type, size);
    if (wrong !== null) return wrong;
    const end = at + RECORD_HEAD_BYTES + size;
    this.recordType = type;
    this.recordBytes = size;
    if (type === APPLICATION_DATA || (this.encrypted && type !== CHANGE_CIPHER_SPEC)) {
      // The first content bytes are enough to see a message in the clear, see `looksPlain`.
      if (this.#length - at < RECORD_HEAD_BYTES + Math.min(size, MESSAGE_HEAD_BYTES)) return FOUND.nothing;
      this.body = window.subarray(at + RECORD_HEAD_BYTES, Math.min(end, this.#length));
      this.#pass(end);
      return FOUND.encrypted;
    }
    if (this.#counted + RECORD_HEAD_BYTES + size > this.#limit) return this.#wrong('too-large', '');
    if (this.#length < end) return FOUND.nothing;
    this.#counted += RECORD_HEAD_BYTES + size;
    if (type === HANDSHAKE) {
      this.#at += RECORD_HEAD_BYTES;
      this.#recordEnd = end;
      return null;
    }
    this.#pass(end);
    return type === ALERT ? this.#alert(at) : this.#changeCipherSpec(at);
  }

  #pass(end: number): void {
    this.#records += 1;
    this.#at = end;
    this.#recordEnd = end;
  }

  #alert(at: number): Found {
    this.alertLevel = this.#window[at + RECORD_HEAD_BYTES] ?? 0;
    this.alertCode = this.#window[at + RECORD_HEAD_BYTES + 1] ?? 0;
    // RFC 8446 section 5.1: one alert, whole.
    if (this.recordBytes !== 2) return this.#wrong('malformed', 'an alert record does not have two bytes');
    if (this.alertLevel !== 1 && this.alertLevel !== 2)
      return this.#wrong('malformed', 'an alert has an unknown level');
    return FOUND.alert;
  }

  #changeCipherSpec(at: number): Found {
    return this.recordBytes === 1 && this.#window[at + RECORD_HEAD_BYTES] === 1
      ? FOUND.changeCipherSpec
      : this.#wrong('malformed', 'a ChangeCipherSpec record is not one byte 0x01');
  }

  #checkHead(type: number, size: number): Found | null {
    const window = this.#window;
    const major = window[this.#at + 1] ?? 0;
    const minor = window[this.#at + 2] ?? 0;
    const known = type >= CHANGE_CIPHER_SPEC && type <= APPLICATION_DATA;
    if (!known || major !== 3 || minor > 4) {
      if (this.#records === 0) return this.#wrong('not-tls', describeFirstRecord(window, this.#at));
      if (!known) return this.#wrong('order', `there is a record of type ${hexByte(type)}`);
      return this.#wrong('malformed', `a record has version ${major}.${minor}`);
    }
    if (this.#pieces.length > 0 && type !== HANDSHAKE) {
      return this.#wrong('order', `a record of type ${hexByte(type)} interrupts a handshake message`);
    }
    const limit = type === APPLICATION_DATA || this.encrypted ? CIPHERTEXT_LIMIT : PLAINTEXT_LIMIT;
    if (size > limit) return this.#wrong('malformed', `a record is longer than ${limit} bytes`);
    if (size === 0 && type !== APPLICATION_DATA)
      return this.#wrong('malformed', `a record of type ${hexByte(type)} is empty`);
    return null;
  }

  /** The record up to `#recordEnd` is whole. `nothing`: it is used up, and the message goes on in the next one. */
  #nextMessage(): Found {
    const left = this.#recordEnd - this.#at;
    if (this.#pieces.length > 0 || left < MESSAGE_HEAD_BYTES) return this.#gather();
    const size = messageBytes(this.#window, this.#at);
    if (size > this.#limit) return this.#wrong('too-large', '');
    if (left < size) return this.#gather();
    this.messageType = this.#window[this.#at] ?? 0;
    this.body = this.#window.subarray(this.#at + MESSAGE_HEAD_BYTES, this.#at + size);
    this.#step(size);
    return FOUND.message;
  }

  /** Takes from the record what the message in pieces lacks. */
  #gather(): Found {
    while (this.#at < this.#recordEnd) {
      const wanted = this.#pieces.wanted;
      if (wanted > this.#limit) return this.#wrong('too-large', '');
      const part = Math.min(wanted - this.#pieces.length, this.#recordEnd - this.#at);
      this.#pieces.add(this.#window.subarray(this.#at, this.#at + part));
      this.#step(part);
      if (!this.#pieces.isWhole) continue;
      const message = this.#pieces.take();
      this.messageType = message[0] ?? 0;
      this.body = message.subarray(MESSAGE_HEAD_BYTES);
      return FOUND.message;
    }
    return FOUND.nothing;
  }

  #step(bytes: number): void {
    this.#at += bytes;
    if (this.#at === this.#recordEnd) this.#records += 1;
  }

  /** Copies what is left behind `from` into a buffer of its own. */
  #keep(from: number, capacity: number): void {
    const kept = new Uint8Array(capacity);
    kept.set(this.#window.subarray(from, this.#length));
    this.#window = kept;
    this.#length -= from;
    this.#owned = true;
  }

  #wrong(fault: Fault, detail: string): Found {
    this.fault = fault;
    this.detail = detail;
    return FOUND.wrong;
  }
}
