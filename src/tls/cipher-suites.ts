/**
 * Cipher suites by number: the name for events, and what the order of messages and the length of Finished depend on up to
 * TLS 1.2. From the IANA registry of TLS Cipher Suites (read 2026-11); what nobody offers any more is not listed.
 */

/** How keys are agreed on, as the name of the suite begins; "" for TLS 1.3, where the suite does not say it. */
export type KeyExchange =
  | ''
  | 'RSA'
  | 'DHE_RSA'
  | 'DHE_DSS'
  | 'ECDHE_RSA'
  | 'ECDHE_ECDSA'
  | 'ECDH_RSA'
  | 'ECDH_ECDSA'
  | 'DH_anon'
  | 'ECDH_anon'
  | 'PSK'
  | 'DHE_PSK'
  | 'PSK_DHE'
  | 'ECDHE_PSK'
  | 'RSA_PSK'
  | 'SRP_SHA'
  | 'SRP_SHA_RSA'
  | 'SRP_SHA_DSS';

export interface CipherSuite {
  /** IANA name, e.g. "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256". */
  readonly name: string;
  readonly keyExchange: KeyExchange;
  /** Exact length of the record that holds Finished up to TLS 1.2; null where padding or the MAC make it vary. */
  readonly finishedBytes: number | null;
}

const TABLE: readonly (readonly [KeyExchange, string])[] = [
  [
    '',
    `
      00c6 SM4_GCM_SM3, 00c7 SM4_CCM_SM3, 1301 AES_128_GCM_SHA256, 1302 AES_256_GCM_SHA384,
      1303 CHACHA20_POLY1305_SHA256, 1304 AES_128_CCM_SHA256, 1305 AES_128_CCM_8_SHA256
    `,
  ],
  [
    'RSA',
    `
      0001 NULL_MD5, 0002 NULL_SHA, 0004 RC4_128_MD5, 0005 RC4_128_SHA, 000a 3DES_EDE_CBC_SHA,
      002f AES_128_CBC_SHA, 0035 AES_256_CBC_SHA, 003b NULL_SHA256, 003c AES_128_CBC_SHA256,
      003d AES_256_CBC_SHA256, 0041 CAMELLIA_128_CBC_SHA, 0084 CAMELLIA_256_CBC_SHA, 009c AES_128_GCM_SHA256,
      009d AES_256_GCM_SHA384, 00ba CAMELLIA_128_CBC_SHA256, 00c0 CAMELLIA_256_CBC_SHA256,
      c050 ARIA_128_GCM_SHA256, c051 ARIA_256_GCM_SHA384, c07a CAMELLIA_128_GCM_SHA256,
      c07b CAMELLIA_256_GCM_SHA384, c09c AES_128_CCM, c09d AES_256_CCM, c0a0 AES_128_CCM_8, c0a1 AES_256_CCM_8
    `,
  ],
  [
    'DHE_RSA',
    `
      0016 3DES_EDE_CBC_SHA, 0033 AES_128_CBC_SHA, 0039 AES_256_CBC_SHA, 0045 CAMELLIA_128_CBC_SHA,
      0067 AES_128_CBC_SHA256, 006b AES_256_CBC_SHA256, 0088 CAMELLIA_256_CBC_SHA, 009e AES_128_GCM_SHA256,
      009f AES_256_GCM_SHA384, 00be CAMELLIA_128_CBC_SHA256, 00c4 CAMELLIA_256_CBC_SHA256,
      c052 ARIA_128_GCM_SHA256, c053 ARIA_256_GCM_SHA384, c07c CAMELLIA_128_GCM_SHA256,
      c07d CAMELLIA_256_GCM_SHA384, c09e AES_128_CCM, c09f AES_256_CCM, c0a2 AES_128_CCM_8, c0a3 AES_256_CCM_8,
      ccaa CHACHA20_POLY1305_SHA256
    `,
  ],
  [
    'DHE_DSS',
    `
      0013 3DES_EDE_CBC_SHA, 0032 AES_128_CBC_SHA, 0038 AES_256_CBC_SHA, 0040 AES_128_CBC_SHA256,
      0044 CAMELLIA_128_CBC_SHA, 006a AES_256_CBC_SHA256, 0087 CAMELLIA_256_CBC_SHA, 00a2 AES_128_GCM_SHA256,
      00a3 AES_256_GCM_SHA384, 00bd CAMELLIA_128_CBC_SHA256, 00c3 CAMELLIA_256_CBC_SHA256,
      c056 ARIA_128_GCM_SHA256, c057 ARIA_256_GCM_SHA384
    `,
  ],
  [
    'ECDHE_RSA',
    `
      c010 NULL_SHA, c011 RC4_128_SHA, c012 3DES_EDE_CBC_SHA, c013 AES_128_CBC_SHA, c014 AES_256_CBC_SHA,
      c027 AES_128_CBC_SHA256, c028 AES_256_CBC_SHA384, c02f AES_128_GCM_SHA256, c030 AES_256_GCM_SHA384,
      c060 ARIA_128_GCM_SHA256, c061 ARIA_256_GCM_SHA384, c076 CAMELLIA_128_CBC_SHA256,
      c077 CAMELLIA_256_CBC_SHA384, c08a CAMELLIA_128_GCM_SHA256, c08b CAMELLIA_256_GCM_SHA384,
      cca8 CHACHA20_POLY1305_SHA256
    `,
  ],
  [
    'ECDHE_ECDSA',
    `
      c006 NULL_SHA, c007 RC4_128_SHA, c008 3DES_EDE_CBC_SHA, c009 AES_128_CBC_SHA, c00a AES_256_CBC_SHA,
      c023 AES_128_CBC_SHA256, c024 AES_256_CBC_SHA384, c02b AES_128_GCM_SHA256, c02c AES_256_GCM_SHA384,
      c05c ARIA_128_GCM_SHA256, c05d ARIA_256_GCM_SHA384, c072 CAMELLIA_128_CBC_SHA256,
      c073 CAMELLIA_256_CBC_SHA384, c086 CAMELLIA_128_GCM_SHA256, c087 CAMELLIA_256_GCM_SHA384, c0ac AES_128_CCM,
      c0ad AES_256_CCM, c0ae AES_128_CCM_8, c0af AES_256_CCM_8, cca9 CHACHA20_POLY1305_SHA256
    `,
  ],
  [
    'ECDH_RSA',
    `
      c00c RC4_128_SHA, c00d 3DES_EDE_CBC_SHA, c00e AES_128_CBC_SHA, c00f AES_256_CBC_SHA
    `,
  ],
  [
    'ECDH_ECDSA',
    `
      c003 3DES_EDE_CBC_SHA, c004 AES_128_CBC_SHA, c005 AES_256_CBC_SHA
    `,
  ],
  [
    'DH_anon',
    `
      0018 RC4_128_MD5, 001b 3DES_EDE_CBC_SHA, 0034 AES_128_CBC_SHA, 003a AES_256_CBC_SHA,
      0046 CAMELLIA_128_CBC_SHA, 006c AES_128_CBC_SHA256, 006d AES_256_CBC_SHA256, 0089 CAMELLIA_256_CBC_SHA,
      00a6 AES_128_GCM_SHA256, 00a7 AES_256_GCM_SHA384, 00bf CAMELLIA_128_CBC_SHA256, 00c5 CAMELLIA_256_CBC_SHA256
    `,
  ],
  [
    'ECDH_anon',
    `
      c015 NULL_SHA, c018 AES_128_CBC_SHA, c019 AES_256_CBC_SHA
    `,
  ],
  [
    'PSK',
    `
      002c NULL_SHA, 008c AES_128_CBC_SHA, 008d AES_256_CBC_SHA, 00a8 AES_128_GCM_SHA256, 00a9 AES_256_GCM_SHA384,
      00ae AES_128_CBC_SHA256, 00af AES_256_CBC_SHA384, 00b0 NULL_SHA256, 00b1 NULL_SHA384,
      c06a ARIA_128_GCM_SHA256, c06b ARIA_256_GCM_SHA384, c094 CAMELLIA_128_CBC_SHA256,
      c095 CAMELLIA_256_CBC_SHA384, c0a4 AES_128_CCM, c0a5 AES_256_CCM, c0a8 AES_128_CCM_8, c0a9 AES_256_CCM_8,
      ccab CHACHA20_POLY1305_SHA256
    `,
  ],
  [
    'DHE_PSK',
    `
      002d NULL_SHA, 0090 AES_128_CBC_SHA, 0091 AES_256_CBC_SHA, 00aa AES_128_GCM_SHA256, 00ab AES_256_GCM_SHA384,
      00b2 AES_128_CBC_SHA256, 00b3 AES_256_CBC_SHA384, 00b4 NULL_SHA256, 00b5 NULL_SHA384,
      c06c ARIA_128_GCM_SHA256, c06d ARIA_256_GCM_SHA384, c096 CAMELLIA_128_CBC_SHA256,
      c097 CAMELLIA_256_CBC_SHA384, c0a6 AES_128_CCM, c0a7 AES_256_CCM, ccad CHACHA20_POLY1305_SHA256
    `,
  ],
  [
    'PSK_DHE',
    `
      c0aa AES_128_CCM_8, c0ab AES_256_CCM_8
    `,
  ],
  [
    'ECDHE_PSK',
    `
      c035 AES_128_CBC_SHA, c036 AES_256_CBC_SHA, c037 AES_128_CBC_SHA256, c038 AES_256_CBC_SHA384, c039 NULL_SHA,
      c03a NULL_SHA256, c03b NULL_SHA384, c09a CAMELLIA_128_CBC_SHA256, c09b CAMELLIA_256_CBC_SHA384,
      ccac CHACHA20_POLY1305_SHA256
    `,
  ],
  [
    'RSA_PSK',
    `
      002e NULL_SHA, 0094 AES_128_CBC_SHA, 0095 AES_256_CBC_SHA, 00ac AES_128_GCM_SHA256, 00ad AES_256_GCM_SHA384,
      00b6 AES_128_CBC_SHA256, 00b7 AES_256_CBC_SHA384, 00b8 NULL_SHA256, 00b9 NULL_SHA384,
      c06e ARIA_128_GCM_SHA256, c06f ARIA_256_GCM_SHA384, c098 CAMELLIA_128_CBC_SHA256,
      c099 CAMELLIA_256_CBC_SHA384, ccae CHACHA20_POLY1305_SHA256
    `,
  ],
  [
    'SRP_SHA',
    `
      c01d AES_128_CBC_SHA, c020 AES_256_CBC_SHA
    `,
  ],
  [
    'SRP_SHA_RSA',
    `
      c01e AES_128_CBC_SHA, c021 AES_256_CBC_SHA
    `,
  ],
  [
    'SRP_SHA_DSS',
    `
      c01f AES_128_CBC_SHA, c022 AES_256_CBC_SHA
    `,
  ],
];

const SUITES: ReadonlyMap<number, CipherSuite> = new Map(TABLE.flatMap(([exchange, text]) => readRows(exchange, text)));

/** Null for suites that are not listed. */
export function cipherSuite(code: number): CipherSuite | null {
  return SUITES.get(code) ?? null;
}

/** The IANA name, or the value in hex where it has none here. */
export function cipherSuiteName(code: number): string {
  return SUITES.get(code)?.name ?? `0x${code.toString(16).padStart(4, '0')}`;
}

/** True for suites that belong to TLS 1.3 and to no other version (RFC 8446 appendix B.4, RFC 8998). */
export function isTls13Suite(code: number): boolean {
  return code >> 8 === 0x13 || code === 0x00c6 || code === 0x00c7;
}

function readRows(keyExchange: KeyExchange, text: string): [number, CipherSuite][] {
  return text.split(',').map((row) => {
    const [code = '', rest = ''] = row.trim().split(' ');
    const name = nameOf(keyExchange, rest);
    return [Number.parseInt(code, 16), { name, keyExchange, finishedBytes: finishedBytes(name) }];
  });
}

function nameOf(keyExchange: KeyExchange, rest: string): string {
  return keyExchange === '' ? `TLS_${rest}` : `TLS_${keyExchange}_WITH_${rest}`;
}

/** 16 bytes of Finished, the part of the nonce that is sent, the tag (RFC 5288, 6655, 7905). */
function finishedBytes(name: string): number | null {
  if (name.includes('CHACHA20')) return 16 + 16;
  if (name.endsWith('CCM_8')) return 8 + 16 + 8;
  return name.includes('_GCM_') || name.includes('_CCM') ? 8 + 16 + 16 : null;
}
