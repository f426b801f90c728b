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
  // Names that Node gives to what OpenSSL says of a certificate (X509_V_ERR_… in x509_vfy.h); a relay's only.
  ...row('relay-certificate', {
    DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed and not among the trusted ones',
    SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not among the trusted ones',
    UNABLE_TO_GET_ISSUER_CERT: 'its authority is not among the trusted ones',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not among the trusted ones',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not among the trusted ones, or a link of its chain is missing',
    CERT_HAS_EXPIRED: 'it has expired',
    CERT_NOT_YET_VALID: 'it is not valid yet',
    CERT_REVOKED: 'it is revoked',
    CERT_UNTRUSTED: 'it is not trusted',
    CERT_REJECTED: 'it is rejected',
    CERT_SIGNATURE_FAILURE: 'its signature is wrong',
    INVALID_PURPOSE: 'it is not for servers',
    INVALID_CA: 'its authority may not issue certificates',
    HOSTNAME_MISMATCH: 'it is for another name',
    ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
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
