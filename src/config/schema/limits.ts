import { z } from 'zod';
import { key, seconds, whole } from './parts.ts';

/** `limits` and `timeouts`: what bounds a tunnel in bytes and seconds. */

export const limits = z.strictObject({
  maxTunnels: key(
    whole(0, 10_000_000).default(0),
    'a number of tunnels',
    'a whole number from 0 to 10000000',
    'Tunnels that may be open at a time, over all workers; above it the answer is 503. 0 is no limit but that of the system.',
  ),
  headerBytes: key(
    whole(256, 1_048_576).default(8192),
    'a size',
    'a whole number of bytes from 256 to 1048576',
    'Largest CONNECT request, in bytes; above it the answer is 431.',
  ),
  handshakeBytes: key(
    whole(4096, 16_777_216).default(262_144),
    'a size',
    'a whole number of bytes from 4096 to 16777216',
    'Largest ClientHello, in bytes, record heads included.',
  ),
});

export const timeouts = z.strictObject({
  connectRequest: seconds(10, 'For a client to finish its CONNECT request; then 408.'),
  clientHello: seconds(10, 'For a client to finish its ClientHello after 200.'),
  dial: seconds(10, 'For resolving and connecting the destination; then 504.'),
  handshake: seconds(30, 'For the destination to answer the ClientHello.'),
  idle: seconds(600, 'Without a byte in either direction; then the tunnel ends.'),
  halfClosed: seconds(60, 'Without a byte after one side has finished sending; then the tunnel ends.'),
  maxTunnelAge: key(
    z.union([z.literal(0), z.number().min(1).max(2_592_000)]).default(0),
    'a time',
    'a number of seconds from 1 to 2592000, or 0 for never',
    'Age at which a tunnel ends, give or take a tenth, so that load can move to another gateway; from nine tenths of it on in a second without a byte.',
  ),
  drainNotice: key(
    z.number().min(0).max(3600).default(0),
    'a time',
    'a number of seconds from 0 to 3600',
    'How long /readyz says no before a gateway that stops accepts no more: longer than a load balancer needs to notice.',
  ),
  drain: seconds(30, 'For open tunnels to finish when the gateway stops.'),
});
