import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * Hashes of passwords as the configuration holds them: scrypt (RFC 7914) in the PHC string format,
 * "$scrypt$ln=15,r=8,p=1$SALT$HASH" with base64 without padding. Slow on purpose, so never computed on a loop.
 */

export interface PasswordHash {
  /** The cost is 2^ln. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** 32 MB and about a tenth of a second. */
const COST = { ln: 15, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** What one verification may take at most: a configuration must not be able to stop the gateway. */
const MEMORY_LIMIT = 128 * 1024 * 1024;
const PASSES_LIMIT = 16;
const LOWEST_LN = 14;

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Null when the text is not such a hash, or one that is too weak or too dear to be used. */
export function parsePasswordHash(text: string): PasswordHash | null {
  const match = FORM.exec(text);
  if (match === null) return null;
  const [, ln = '', r = '', p = '', salt = '', hash = ''] = match;
  const parsed = {
    ln: Number(ln),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
  const fits = parsed.ln >= LOWEST_LN && parsed.r > 0 && parsed.p > 0 && parsed.p <= PASSES_LIMIT;
  return fits && memoryOf(parsed) <= MEMORY_LIMIT ? parsed : null;
}

/** The hash of a password with a salt of its own, as text. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, { ...COST, salt, hash: new Uint8Array(HASH_BYTES) });
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Takes the time of its cost whether they match or not, on a thread of Node's pool. */
export async function verifyPassword(password: string, expected: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, expected), expected.hash);
}

/** A hash of the same cost that no password has: what unknown users are held against. */
export function decoyOf({ ln, r, p, salt, hash }: PasswordHash): PasswordHash {
  return { ln, r, p, salt: randomBytes(salt.length), hash: randomBytes(hash.length) };
}

/** Two ways of composing one letter are one password (RFC 7617 section 2.1 with RFC 8265). */
function derive(password: string, { ln, r, p, salt, hash }: PasswordHash): Promise<Buffer> {
  const options = { N: 2 ** ln, r, p, maxmem: 2 * MEMORY_LIMIT };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hash.length, options, (error, derived) => {
      if (error === null) resolve(derived);
      else reject(error);
    });
  });
}

function memoryOf({ ln, r }: { readonly ln: number; readonly r: number }): number {
  return 128 * 2 ** ln * r;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
