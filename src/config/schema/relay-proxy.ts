import { z } from 'zod';
import { parseRelayAddress } from '../../address/relay-address.ts';
import { hostEntry } from './entries.ts';
import { checked, key } from './parts.ts';

/** `relayProxy`: the upstream proxy, or a list of them that are tried in order. */

const CONTROL = /\p{Cc}/u;

/** RFC 7617 section 2: a colon ends the user-id, control characters are in neither part. */
const username = checked((text) => {
  if (text.includes(':')) return 'has a colon in it, which Basic authentication cannot carry';
  return CONTROL.test(text) ? 'has a control character in it' : null;
});
const secret = checked((text) => (CONTROL.test(text) ? 'has a control character in it' : null));

const relayKeys = z.strictObject({
  address: key(
    checked((text) => {
      const parsed = text === '' ? null : parseRelayAddress(text);
      return parsed === null || parsed.ok ? null : parsed.detail;
    }).default(''),
    'the address of a proxy',
    'http://HOST:PORT or https://HOST:PORT, or "" for none',
    'The upstream proxy that tunnels go through. `relayProxy` may also be a list of objects with these keys: its relays are tried in order.',
  ),
  username: key(username.default(''), 'a text', 'a text without colon', 'User name for the relay (Basic).'),
  password: key(secret.default(''), 'a text', 'a text', 'Password for the relay; see passwordFile.'),
  passwordFile: key(
    secret.default(''),
    'a file name',
    'a file name, or "" for none',
    'File whose first line is the password, instead of `password`.',
  ),
  bypass: key(
    z.array(hostEntry).default([]),
    'a list of hosts',
    'a list of host names, "*.suffix", IP addresses or ranges',
    'Destinations that are not reached through this relay: through the next one that takes them, else directly.',
  ),
});

/** What no single key can tell. */
const relay = relayKeys.superRefine((given, context) => {
  const problem = (path: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [path], message });
  };
  if (given.password !== '' && given.passwordFile !== '') problem('passwordFile', 'is given beside password; use one');
  const secretKey = given.password === '' ? 'passwordFile' : 'password';
  if (given[secretKey] !== '' && given.username === '') problem(secretKey, 'needs a username beside it');
});

const listed = relay.superRefine(({ address }, context) => {
  if (address !== '') return;
  context.addIssue({ code: 'custom', path: ['address'], message: 'is given; a relay of a list needs an address' });
});

export const relayProxy = key(
  z.union([relay, z.array(listed)]).prefault({}),
  'a relay',
  'an object like { "address": "http://HOST:PORT" }, or a list of them',
  'The upstream proxy that tunnels go through, or several that are tried in order.',
);
