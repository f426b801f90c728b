import { formatAuthority } from '../address/authority.ts';
import { relaysOf } from './relays.ts';
import type { Config } from './schema.ts';

/**
 * Why a configuration can only be served by the portable engine, or null: TLS of the gateway's own, with clients or with an
 * https:// relay, is spoken by that engine alone. The sentence completes "engine portable, because …".
 */
export function needsPortable(config: Pick<Config, 'listen' | 'relayProxy'>): string | null {
  if (config.listen.tls.certificate !== '') return 'listen.tls makes it speak TLS with its clients';
  const secure = relaysOf(config).find(({ address }) => address.secure);
  if (secure === undefined) return null;
  return `the relay proxy https://${formatAuthority(secure.address.authority)} is reached through TLS`;
}
