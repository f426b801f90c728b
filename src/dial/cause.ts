import type { DialFailure } from '../tunnel/input.ts';

/**
 * From errno names (errno(3), getaddrinfo(3), and Node's own names for the latter) to the closed list of dial failures:
 * one table, the same for every engine. `detail` completes the sentence of the reason.
 */

interface Cause {
  readonly reason: DialFailure;
  readonly detail: string;
}

const CAUSES: ReadonlyMap<string, Cause> = new Map([
  ...row('connection-refused', {
    ECONNREFUSED: 'nothing listens there, or a firewall rejects it',
    ECONNRESET: 'the connection was reset while it was set up',
  }),
  ...row('connect-timeout', { ETIMEDOUT: 'nothing answers there' }),
  ...row('unreachable', {
    ENETUNREACH: 'the network is unreachable',
    ENETDOWN: 'the network is down',
    EHOSTUNREACH: 'the host is unreachable',
    EHOSTDOWN: 'the host is down',
    // connect(2): also when every local port towards this destination is taken.
    EADDRNOTAVAIL: 'this machine has no address, or no free port, to reach it from',
  }),
  ...row('connect-failed', {
    EACCES: 'a rule of this machine forbids it (EACCES)',
    EPERM: 'a rule of this machine forbids it (EPERM)',
  }),
  ...row('out-of-resources', {
    EMFILE: 'descriptors (ulimit -n)',
    ENFILE: 'descriptors of the whole machine (fs.file-max)',
    ENOBUFS: 'network buffers',
    ENOMEM: 'memory',
  }),
  ...row('name-not-found', {
    ENOTFOUND: 'the name does not exist',
    EAI_NONAME: 'the name does not exist',
    ENODATA: 'the name has no address',
    EAI_NODATA: 'the name has no address',
  }),
  ...row('name-resolution-failed', {
    EAI_AGAIN: 'the name server does not answer',
    EAI_FAIL: 'the name server answers with an error',
    ESERVFAIL: 'the name server answers with an error',
  }),
]);

/** @param code errno or getaddrinfo(3) error name; an unknown one is its own detail */
export function causeOf(code: string): Cause {
  return CAUSES.get(code) ?? { reason: 'connect-failed', detail: code };
}

function row(reason: DialFailure, details: Readonly<Record<string, string>>): [string, Cause][] {
  return Object.entries(details).map(([code, detail]) => [code, { reason, detail }]);
}
