import { z } from 'zod';
import { parsePasswordHash } from '../../credentials/password-hash.ts';
import { rangeEntry } from './entries.ts';
import { checked, key, whole } from './parts.ts';

/** `clients`: who may use the gateway, and how much of it. */

/** RFC 7617 section 2: a colon ends the user-id. Spelled as it is compared. */
const username = checked((text) => {
  if (text === '') return 'is empty';
  if (text.includes(':')) return 'has a colon in it, which Basic authentication cannot carry';
  if (/\p{Cc}/u.test(text)) return 'has a control character in it';
  return text === text.normalize('NFC') ? null : 'is not in Unicode form NFC';
});

const passwordHash = checked((text) =>
  parsePasswordHash(text) === null ? 'is not a hash that `oms-gateway client add` makes' : null,
);

const user = z.strictObject({
  username: key(username, 'a user name', 'a text without colon', 'User name.'),
  passwordHash: key(
    passwordHash,
    'a hash',
    'one like "$scrypt$ln=15,r=8,p=1$SALT$HASH"',
    'Hash of the password; `oms-gateway client add` makes it.',
  ),
});

/** Two passwords for one name would be two answers to one question. */
function refuseSameName(users: readonly { readonly username: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [index, { username: name }] of users.entries()) {
    if (seen.has(name)) context.addIssue({ code: 'custom', path: [index, 'username'], message: 'is listed twice' });
    seen.add(name);
  }
}

export const clients = z.strictObject({
  allow: key(
    z.array(rangeEntry).default([]),
    'a list of ranges',
    'a list of address ranges',
    'Clients that may use the gateway; empty: all that reach it.',
  ),
  deny: key(
    z.array(rangeEntry).default([]),
    'a list of ranges',
    'a list of address ranges',
    'Clients that may not; stronger than allow.',
  ),
  maxTunnelsPerClient: key(
    whole(0, 1_000_000).default(0),
    'a number of tunnels',
    'a whole number from 0 to 1000000',
    'Tunnels that one client address may have open, over all workers; above it the answer is 503. 0 is no limit.',
  ),
  newTunnelsPerSecond: key(
    z.number().min(0).max(100_000).default(0),
    'a rate',
    'a number from 0 to 100000',
    'Tunnels that one client address may open in a second on average; above it the answer is 503. 0 is no limit.',
  ),
  newTunnelsBurst: key(
    whole(1, 100_000).default(20),
    'a number of tunnels',
    'a whole number from 1 to 100000',
    'With newTunnelsPerSecond: tunnels that a client may open at once after a pause.',
  ),
  basicAuth: key(
    z.array(user).superRefine(refuseSameName).default([]),
    'a list of users',
    'a list of objects with "username" and "passwordHash"',
    'Users; with one of them every client has to say who it is (Basic), else the answer is 407.',
  ),
});
