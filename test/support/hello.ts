/** Builds ClientHellos byte by byte, well formed unless a test wants otherwise (RFC 8446 section 4.1.2). */

export interface HelloOptions {
  /** Absent: no server_name extension. Several: several host_name entries. */
  readonly serverName?: string | readonly string[];
  /** supported_versions; absent: legacy_version alone. */
  readonly versions?: readonly number[];
  readonly legacyVersion?: number;
  readonly sessionId?: Uint8Array;
  readonly cipherSuites?: readonly number[];
  readonly compression?: readonly number[];
  readonly alpn?: readonly string[];
  /** Further extensions: type and body. */
  readonly extensions?: readonly (readonly [number, Uint8Array])[];
  /** Largest fragment per record; the hello is cut over as many records as it takes. */
  readonly recordBytes?: number;
  readonly recordVersion?: number;
}

/** A whole hello in one or more records. */
export function buildClientHello(options: HelloOptions = {}): Uint8Array {
  return intoRecords(buildHelloMessage(options), options.recordBytes ?? 16_384, options.recordVersion ?? 0x0301);
}

/** The handshake message, its four-byte head included. */
export function buildHelloMessage(options: HelloOptions = {}): Uint8Array {
  const extensions: Uint8Array[] = [];
  if (options.serverName !== undefined) {
    const names = typeof options.serverName === 'string' ? [options.serverName] : options.serverName;
    extensions.push(
      extension(0, vector16(join(names.map((name) => join([Uint8Array.of(0), vector16(latin1(name))]))))),
    );
  }
  if (options.versions !== undefined) extensions.push(extension(43, vector8(join(options.versions.map(u16)))));
  if (options.alpn !== undefined) {
    extensions.push(extension(16, vector16(join(options.alpn.map((name) => vector8(latin1(name)))))));
  }
  for (const [type, body] of options.extensions ?? []) extensions.push(extension(type, body));
  const body = join([
    u16(options.legacyVersion ?? 0x0303),
    new Uint8Array(32).fill(0x5a),
    vector8(options.sessionId ?? new Uint8Array(32).fill(0x11)),
    vector16(join((options.cipherSuites ?? [0x1301, 0x1302, 0xc02f, 0x009c]).map(u16))),
    vector8(Uint8Array.from(options.compression ?? [0])),
    extensions.length === 0 ? new Uint8Array(0) : vector16(join(extensions)),
  ]);
  return join([Uint8Array.of(1, body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff), body]);
}

/** Cuts a handshake message into records of at most `recordBytes` bytes. */
export function intoRecords(message: Uint8Array, recordBytes: number, version = 0x0301): Uint8Array {
  const records: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += recordBytes) {
    const part = message.subarray(at, at + recordBytes);
    records.push(join([Uint8Array.of(0x16), u16(version), u16(part.length), part]));
  }
  return join(records);
}

export function extension(type: number, body: Uint8Array): Uint8Array {
  return join([u16(type), vector16(body)]);
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

export function vector8(bytes: Uint8Array): Uint8Array {
  return join([Uint8Array.of(bytes.length), bytes]);
}

export function vector16(bytes: Uint8Array): Uint8Array {
  return join([u16(bytes.length), bytes]);
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}
