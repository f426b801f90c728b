/**
 * A relay's answer to CONNECT, read strictly and bounded (RFC 9112 section 4, RFC 9110 section 9.3.6): status line and
 * header section, byte by byte, so that the verdict never depends on how the answer was cut into segments. Interim
 * answers (1xx) are passed over. What follows the header section of a 2xx is the tunnel's and is handed back.
 */

export interface RelayResponse {
  /** 200 to 599. */
  readonly status: number;
  /** Schemes of `Proxy-Authenticate`, lower case, e.g. ["basic", "negotiate"]; at most four. */
  readonly schemes: readonly string[];
}

export type ParsedResponse =
  | { readonly state: 'need-more' }
  /** `rest`: the bytes of the last chunk that stand behind the header section, borrowed like the chunk itself. */
  | { readonly state: 'done'; readonly response: RelayResponse; readonly rest: Uint8Array }
  /** `detail` completes "it did not answer with valid HTTP:". */
  | { readonly state: 'malformed'; readonly detail: string };

/** Bytes of all header sections together, interim ones included; nginx and Squid send a few hundred. */
export const RESPONSE_LIMIT = 16_384;
const SCHEME_LIMIT = 4;

const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const TAB = 0x09;
const DEL = 0x7f;
const NEED_MORE: ParsedResponse = { state: 'need-more' };
/** Some proxies leave out the space in front of an empty reason phrase. */
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/;
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const SCHEME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}/;

export class RelayResponseParser {
  #line = '';
  #seen = 0;
  #carriageReturn = false;
  #status = 0;
  #schemes: string[] = [];

  /** Takes the next bytes. After another answer than `need-more` it must not be called again. */
  read(chunk: Uint8Array): ParsedResponse {
    for (let index = 0; index < chunk.length; index += 1) {
      if (this.#seen >= RESPONSE_LIMIT) return malformed(`its header section is larger than ${RESPONSE_LIMIT} bytes`);
      const byte = chunk[index] ?? 0;
      this.#seen += 1;
      const settled = byte === LF ? this.#endLine(chunk, index) : this.#add(byte);
      if (settled !== null) return settled;
    }
    return NEED_MORE;
  }

  #add(byte: number): ParsedResponse | null {
    if (this.#seen === 1 && (byte === 0x15 || byte === 0x16)) {
      return malformed('it speaks TLS; its address begins with https://');
    }
    if (this.#carriageReturn) return malformed('a CR stands alone');
    if (byte === CR) {
      this.#carriageReturn = true;
      return null;
    }
    if ((byte < SP && byte !== TAB) || byte === DEL) {
      return malformed(`there is a control character (0x${byte.toString(16).padStart(2, '0')}) in it`);
    }
    this.#line += String.fromCharCode(byte);
    return null;
  }

  /** The LF stands at `index`. Null while the answer goes on. */
  #endLine(chunk: Uint8Array, index: number): ParsedResponse | null {
    if (!this.#carriageReturn) return malformed('a line ends in LF without CR');
    const line = this.#line;
    this.#line = '';
    this.#carriageReturn = false;
    if (this.#status === 0) return this.#statusLine(line);
    if (line !== '') return this.#field(line);
    if (this.#status < 200) {
      // An interim answer: the final one follows.
      this.#status = 0;
      this.#schemes = [];
      return null;
    }
    const response = { status: this.#status, schemes: this.#schemes };
    return { state: 'done', response, rest: chunk.subarray(index + 1) };
  }

  #statusLine(line: string): ParsedResponse | null {
    const status = Number(STATUS_LINE.exec(line)?.[1] ?? 0);
    if (status === 0) return malformed('its first line is no status line of HTTP/1.0 or HTTP/1.1');
    if (status === 101) return malformed('it wants to switch protocols, which nobody asked for');
    this.#status = status;
    return null;
  }

  #field(line: string): ParsedResponse | null {
    const colon = line.indexOf(':');
    if (colon < 0 || !FIELD_NAME.test(line.slice(0, colon))) return malformed('a header line is not "name: value"');
    const scheme = SCHEME.exec(line.slice(colon + 1).trim())?.[0].toLowerCase();
    const asks = line.slice(0, colon).toLowerCase() === 'proxy-authenticate';
    if (asks && scheme !== undefined && this.#schemes.length < SCHEME_LIMIT) this.#schemes.push(scheme);
    return null;
  }
}

function malformed(detail: string): ParsedResponse {
  return { state: 'malformed', detail };
}
