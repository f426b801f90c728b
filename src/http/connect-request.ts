import type { Authority } from '../address/authority.ts';
import { parseAuthority } from '../address/authority.ts';
import type { Fields, RefusalReason } from '../events/reasons.ts';
import { HeaderFields } from './header-fields.ts';
import { utf8Text } from './utf8.ts';

/**
 * The CONNECT request, read strictly (RFC 9112, RFC 9110 section 9.3.6): what two readers could understand in two ways
 * is refused. Refusal comes at the first impossible byte of the method and at the end of the first impossible line, and
 * the verdict never depends on how the bytes were cut into segments.
 */

/** A CONNECT request that passed every check. */
export interface ConnectRequest {
  readonly target: Authority;
  readonly version: '1.0' | '1.1';
  /** The value of `Proxy-Authorization`, as sent; never logged. */
  readonly proxyAuthorization: string | null;
  /** Printable ASCII, at most 200 characters, or null. */
  readonly userAgent: string | null;
}

export type ParsedRequest =
  | { readonly state: 'need-more' }
  /** `headBytes`: length of the header block including the empty line; what follows belongs to the tunnel. */
  | { readonly state: 'done'; readonly request: ConnectRequest; readonly headBytes: number }
  | Malformed;

export interface Malformed {
  readonly state: 'malformed';
  readonly reason: RefusalReason;
  readonly fields: Fields;
}

const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const DASH = 0x2d;
const NEED_MORE: ParsedRequest = { state: 'need-more' };
const METHOD = 'CONNECT';
/** Characters made in one call. */
const ARGUMENTS = 4096;
/** Longest method name that is answered by name; registered ones have at most 17 characters. */
const METHOD_LIMIT = 32;

/** Reads one request from a growing buffer; remembers how far it has looked, so that each byte is looked at once. */
export class ConnectRequestParser {
  readonly #headerBytes: number;
  #scanned = 0;
  #lineStart = 0;
  #methodKnown = false;
  #requestLine: RequestLine | null = null;
  readonly #fields = new HeaderFields();

  constructor(limits: { readonly headerBytes: number }) {
    this.#headerBytes = limits.headerBytes;
  }

  /** @param buffer everything received so far in its first `length` bytes; only ever grows between calls */
  read(buffer: Uint8Array, length: number): ParsedRequest {
    // Bytes behind the limit are never looked at: they must not change the verdict when they come with earlier ones.
    const end = Math.min(length, this.#headerBytes);
    if (!this.#methodKnown) {
      const refused = this.#readMethod(buffer, end);
      if (refused !== null) return refused;
    }
    for (let index = this.#scanned; index < end; index += 1) {
      const byte = buffer[index] ?? 0;
      if (byte === LF) {
        if (index === 0 || buffer[index - 1] !== CR) return malformed('a line ends in LF without CR');
        const settled = this.#endLine(buffer, index - 1);
        if (settled !== null) return settled;
        this.#lineStart = index + 1;
      } else if (index > 0 && buffer[index - 1] === CR) {
        return malformed('a CR stands alone');
      } else if ((byte < SP && byte !== CR && byte !== 0x09) || byte === 0x7f) {
        return malformed(`a control character (0x${byte.toString(16).padStart(2, '0')}) in the header section`);
      }
    }
    this.#scanned = end;
    if (length < this.#headerBytes) return NEED_MORE;
    return { state: 'malformed', reason: 'header-too-large', fields: { limit: this.#headerBytes } };
  }

  /** A line ends with the CR at `lineEnd`; an empty one ends the head. Null while the head goes on. */
  #endLine(buffer: Uint8Array, lineEnd: number): ParsedRequest | null {
    const line = this.#requestLine;
    if (line === null) {
      const parsed = parseRequestLine(buffer, lineEnd);
      if (parsed.state === 'malformed') return parsed;
      this.#requestLine = parsed;
      return null;
    }
    if (lineEnd > this.#lineStart) {
      const problem = this.#fields.add(text(buffer, this.#lineStart, lineEnd), line.targetText);
      return problem === null ? null : malformed(problem);
    }
    const { host, proxyAuthorization, userAgent } = this.#fields;
    if (line.version === '1.1' && host === null) return malformed('HTTP/1.1 needs a Host field');
    const request = { target: line.target, version: line.version, proxyAuthorization, userAgent };
    return { state: 'done', request, headBytes: lineEnd + 2 };
  }

  /** The method decides first: what cannot become "CONNECT " is refused without waiting for the rest. */
  #readMethod(buffer: Uint8Array, length: number): Malformed | null {
    const end = Math.min(length, METHOD_LIMIT + 1);
    for (let index = 0; index < end; index += 1) {
      const byte = buffer[index] ?? 0;
      if (byte === SP) {
        if (index === METHOD.length && startsWithMethod(buffer)) {
          this.#methodKnown = true;
          return null;
        }
        if (index === 0) return notHttp('it begins with a space');
        return otherMethod(text(buffer, 0, index));
      }
      if (!isTokenByte(byte)) return notHttp(foreignProtocol(byte, index));
      if (index === 3 && byte === DASH && text(buffer, 0, 3) === 'SSH') return notHttp('it is an SSH greeting');
    }
    return length > METHOD_LIMIT ? notHttp('its first word is too long for a method') : null;
  }
}

/** `PRI` is a valid method token, but only HTTP/2 sends it (RFC 9113 section 3.4); the same verdict for every cut. */
function otherMethod(method: string): Malformed {
  if (method === 'PRI') return notHttp('it is an HTTP/2 connection preface; speak HTTP/1.1');
  return { state: 'malformed', reason: 'not-connect', fields: { method } };
}

function foreignProtocol(byte: number, index: number): string {
  if (index === 0 && byte === 0x16) return 'it is a TLS ClientHello; this port speaks plain HTTP CONNECT';
  if (index === 0 && (byte === CR || byte === LF)) return 'it begins with an empty line';
  if (byte === CR || byte === LF) return 'the first line is not a request line';
  return `byte 0x${byte.toString(16).padStart(2, '0')} cannot be part of a method`;
}

interface RequestLine {
  readonly state: 'line';
  /** As sent. */
  readonly targetText: string;
  readonly target: Authority;
  readonly version: '1.0' | '1.1';
}

function parseRequestLine(buffer: Uint8Array, lineEnd: number): RequestLine | Malformed {
  const bytes = text(buffer, 0, lineEnd);
  // Decoding costs more than the rest of the line, and nearly all lines are ASCII.
  const line = BEYOND_ASCII.test(bytes) ? utf8Text(buffer.subarray(0, lineEnd)) : bytes;
  if (line === null) return malformedTarget('it is not valid UTF-8');
  // "CONNECT " has been read.
  const space = line.indexOf(' ', METHOD.length + 1);
  if (space < 0 || line.includes(' ', space + 1) || line.includes('\t')) {
    return malformed('the request line is not "CONNECT host:port HTTP/1.1" with single spaces');
  }
  const target = line.slice(METHOD.length + 1, space);
  const version = line.slice(space + 1);
  if (version !== 'HTTP/1.1' && version !== 'HTTP/1.0') return malformed('the version is not HTTP/1.1 or HTTP/1.0');
  const parsed = parseAuthority(target);
  if (!parsed.ok) return malformedTarget(parsed.detail);
  return {
    state: 'line',
    targetText: target,
    target: parsed.authority,
    version: version === 'HTTP/1.1' ? '1.1' : '1.0',
  };
}

const BEYOND_ASCII = /[\x80-\xff]/;

function startsWithMethod(buffer: Uint8Array): boolean {
  for (let index = 0; index < METHOD.length; index += 1) {
    if (buffer[index] !== METHOD.charCodeAt(index)) return false;
  }
  return true;
}

/** tchar, RFC 9110 section 5.6.2. */
function isTokenByte(byte: number): boolean {
  if (byte >= 0x61 && byte <= 0x7a) return true;
  if (byte >= 0x41 && byte <= 0x5a) return true;
  if (byte >= 0x30 && byte <= 0x39) return true;
  return "!#$%&'*+-.^_`|~".includes(String.fromCharCode(byte));
}

/** Bytes as text, one character each (ISO 8859-1), so that no byte is lost or merged. `limits.headerBytes` bounds them. */
function text(buffer: Uint8Array, start: number, end: number): string {
  let result = '';
  // As many arguments as fit any stack.
  for (let at = start; at < end; at += ARGUMENTS) {
    result += String.fromCharCode.apply(
      null,
      buffer.subarray(at, Math.min(end, at + ARGUMENTS)) as unknown as number[],
    );
  }
  return result;
}

function malformed(detail: string): Malformed {
  return { state: 'malformed', reason: 'malformed-request', fields: { detail } };
}

function malformedTarget(detail: string): Malformed {
  return { state: 'malformed', reason: 'malformed-target', fields: { detail } };
}

function notHttp(detail: string): Malformed {
  return { state: 'malformed', reason: 'not-http', fields: { detail } };
}
