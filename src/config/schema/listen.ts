import { z } from 'zod';
import { addressEntry, port } from './entries.ts';
import { key } from './parts.ts';

/** `listen`: where clients connect. */
export const listen = z.strictObject({
  host: key(
    addressEntry.default('::'),
    'an address',
    'an IP address',
    'Address to listen on; "::" is every address of both families.',
  ),
  port: key(port.default(8080), 'a port', 'a whole number from 1 to 65535', 'Port to listen on.'),
});
