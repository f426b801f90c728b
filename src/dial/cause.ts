import type { DialFailure } from '../tunnel/input.ts';

/** From errno names to the closed list of dial failures: one table, the same for every engine. */

interface Cause {
  readonly reason: DialFailure;
  readonly detail: string;
}

const CAUSES: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: { reason: 'connection-refused', detail: 'nothing listens there, or a firewall rejects it' },
  ECONNRESET: { reason: 'connection-refused', detail: 'the connection was reset while it was set up' },
  ETIMEDOUT: { reason: 'connect-timeout', detail: 'nothing answers there' },
  ENETUNREACH: { reason: 'unreachable', detail: 'the network is unreachable' },
  EHOSTUNREACH: { reason: 'unreachable', detail: 'the host is unreachable' },
  EADDRNOTAVAIL: { reason: 'unreachable', detail: 'this machine has no address to reach it from' },
  EMFILE: { reason: 'out-of-resources', detail: 'descriptors (ulimit -n)' },
  ENFILE: { reason: 'out-of-resources', detail: 'descriptors of the whole machine (fs.file-max)' },
  ENOBUFS: { reason: 'out-of-resources', detail: 'network buffers' },
  ENOMEM: { reason: 'out-of-resources', detail: 'memory' },
  ENOTFOUND: { reason: 'name-not-found', detail: 'the name does not exist' },
  ENODATA: { reason: 'name-not-found', detail: 'the name has no address' },
  EAI_AGAIN: { reason: 'name-resolution-failed', detail: 'the name server does not answer' },
};

/** @param code errno or getaddrinfo(3) error name */
export function causeOf(code: string): Cause {
  return CAUSES[code] ?? { reason: 'connect-failed', detail: code };
}
