import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** Load belongs on one's own machines: what does not lead to this one needs an explicit word. */

/** Whether an address, as text, is loopback. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1';
}

/** @throws when `host` is, or stands for, any address that is not loopback, or does not resolve here */
export async function requireLocal(what: string, host: string): Promise<void> {
  const addresses = isIP(host) === 0 ? await addressesOf(host) : [host];
  if (addresses.length > 0 && addresses.every(isLoopback)) return;
  const where =
    addresses.length === 0 ? 'does not resolve here' : `leads to ${addresses.join(', ')}, not to this machine`;
  throw new NotLocal(`the ${what} ${host} ${isIP(host) === 0 ? where : 'is not loopback'}; --allow-remote allows that`);
}

/** Refusal of a target elsewhere. */
export class NotLocal extends Error {}

async function addressesOf(name: string): Promise<string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
