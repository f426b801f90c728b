import type { RelayAddress } from '../address/relay-address.ts';
import { parseRelayAddress } from '../address/relay-address.ts';
import type { Config } from './schema.ts';

/** A relay (upstream) proxy as the gateway uses it. */
export interface Relay {
  readonly address: RelayAddress;
  /** "" and "" for none. */
  readonly username: string;
  readonly password: string;
  /** File with the password, or "". */
  readonly passwordFile: string;
  /** Entries as in `allowedHosts`: destinations this relay is not used for. */
  readonly bypass: readonly string[];
}

/**
 * The relays of a configuration in the order they are tried; none when every address is empty: then the gateway dials
 * destinations itself. @throws when an address is not valid; the schema has checked it before
 */
export function relaysOf({ relayProxy }: Pick<Config, 'relayProxy'>): Relay[] {
  const given = Array.isArray(relayProxy) ? relayProxy : [relayProxy];
  return given.flatMap(({ address, ...rest }) => {
    if (address === '') return [];
    const parsed = parseRelayAddress(address);
    if (!parsed.ok) throw new Error(`relayProxy: the address ${parsed.detail}`);
    return [{ address: parsed.address, ...rest }];
  });
}
