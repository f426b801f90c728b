import { parseCidr, parseIp } from '../../address/ip.ts';
import { parseHostPattern } from '../../policy/host-pattern.ts';
import { presetNames } from '../preset-names.ts';
import { checked, key, whole } from './parts.ts';

/** Single values that several keys take: ports, hosts, ranges, addresses, presets. */

export const port = key(whole(1, 65_535), 'a port', 'a whole number from 1 to 65535', 'A TCP port.');
export const hostEntry = key(
  checked((text) => {
    const parsed = parseHostPattern(text);
    return parsed.ok ? null : parsed.detail;
  }),
  'a host',
  'a host name, "*.suffix", an IP address or a range like 10.1.0.0/16',
  'A host name, "*.suffix", an IP address or a range.',
);
export const rangeEntry = key(
  checked((text) => {
    return parseCidr(text) === null ? 'is not an address range; expected one like 10.0.0.0/8 or fd00::/8' : null;
  }),
  'an address range',
  'one like 10.0.0.0/8 or fd00::/8',
  'An IP address, or a range like 10.0.0.0/8.',
);
export const addressEntry = checked((text) => {
  return parseIp(text) === null ? 'is not an IP address; expected one like 10.0.0.7 or fd00::7' : null;
});
export const presetEntry = key(
  checked((text) => {
    return presetNames().includes(text) ? null : `is not a preset; known are ${presetNames().join(', ')}`;
  }),
  'the name of a preset',
  'the name of a file in config/presets',
  'The name of a preset.',
);
