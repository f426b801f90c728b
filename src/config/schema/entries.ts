import { parseCidr, parseIp } from '../../address/ip.ts';
import { parseSubjectEntry } from '../../policy/client-certificate.ts';
import { parseHostPattern } from '../../policy/host-pattern.ts';
import { isGuid } from '../guid.ts';
import { nearest } from '../nearest.ts';
import { parsePresetName, presetForms, presetNames } from '../preset-names.ts';
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
    if (parsePresetName(text) !== null) return null;
    const meant = nearest(text, presetNames());
    return `is not a preset;${meant === null ? '' : ` did you mean "${meant}"?`} known are ${presetForms()}`;
  }),
  'the name of a preset',
  'a name that `oms-gateway preset list` prints',
  'The name of a preset.',
);
export const workspaceEntry = key(
  checked((text) => {
    return isGuid(text) ? null : 'is not a workspace id; expected one like "0a1b2c3d-0000-4000-8000-000000000000"';
  }),
  'a workspace id',
  'one like "0a1b2c3d-0000-4000-8000-000000000000"',
  'The id of a workspace.',
);
export const subjectEntry = key(
  checked((text) => {
    const entry = parseSubjectEntry(text);
    return entry.ok ? null : entry.detail;
  }),
  'a subject',
  'a CN, or a whole subject like "CN=a,O=b"',
  'A CN, or a whole subject as RFC 4514 writes it.',
);
