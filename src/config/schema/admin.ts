import { z } from 'zod';
import { isLoopback, parseIp } from '../../address/ip.ts';
import { addressEntry } from './entries.ts';
import { checked, key, whole } from './parts.ts';

/** `admin`: where the gateway answers questions about itself, and who may ask. */

/** Short enough to type, long enough not to be guessed by asking. */
const TOKEN_LENGTH = 16;

/** RFC 6750 section 2.1, without the padding nobody writes by hand. */
const token = checked((text) => {
  if (text === '') return null;
  if (!/^[\w.~+/=-]+$/.test(text)) return 'has a character in it that a bearer token cannot have';
  return text.length < TOKEN_LENGTH ? `is shorter than ${TOKEN_LENGTH} characters` : null;
});

const adminKeys = z.strictObject({
  host: key(
    addressEntry.default('127.0.0.1'),
    'an address',
    'an IP address',
    'Address of the admin API and status page; anything but a loopback address needs a token.',
  ),
  port: key(
    whole(0, 65_535).default(8081),
    'a port',
    'a whole number from 0 to 65535',
    'Port of the admin API and status page; 0 is none.',
  ),
  token: key(
    token.default(''),
    'a token',
    `a text of at least ${TOKEN_LENGTH} letters, digits and "-._~+/=", or "" for none`,
    'What a caller of the admin API must send as `Authorization: Bearer TOKEN`.',
  ),
});

export const admin = adminKeys.superRefine(({ host, port, token: given }, context) => {
  const address = parseIp(host);
  if (port === 0 || given !== '' || (address !== null && isLoopback(address))) return;
  const message = `is empty, but admin.host ${host} can be reached from other machines; set a token`;
  context.addIssue({ code: 'custom', path: ['token'], message });
});
