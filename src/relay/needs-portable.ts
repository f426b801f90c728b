import { formatAuthority } from '../address/authority.ts';
import type { Relay } from '../config/relays.ts';

/**
 * Why these relays can only be reached by the portable engine, or null: the way to an https:// relay is TLS, which only
 * that engine speaks. The sentence completes "engine portable, because …".
 */
export function needsPortable(relays: readonly Relay[]): string | null {
  const secure = relays.find(({ address }) => address.secure);
  if (secure === undefined) return null;
  return `the relay proxy https://${formatAuthority(secure.address.authority)} is reached through TLS`;
}
