import type { ClientHello } from '../tls/client-hello.ts';
import type { ServerHello } from '../tls/server-hello.ts';
import { isTls13Suite, cipherSuiteName } from '../tls/cipher-suites.ts';
import type { ClientCertificateRules } from './client-certificate.ts';
import type { TlsRules } from './tls-session.ts';
import { allowedVersions, versionName } from './tls-session.ts';
import type { Verdict } from './verdict.ts';

/** May this answer to the ClientHello go back to the client? Versions first, then whether the client offered it at all. */

const SSL_3 = 0x0300;
const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;

/**
 * Judges a ServerHello or HelloRetryRequest.
 * @param retry the HelloRetryRequest before it, which it has to agree with (RFC 8446 section 4.1.4); null for none
 */
export function judgeServerHello(
  answer: ServerHello,
  offer: ClientHello,
  retry: ServerHello | null,
  rules: TlsRules,
  certificates: ClientCertificateRules,
): Verdict {
  const { version } = answer;
  const selected = versionName(version);
  if (version <= SSL_3 || version < rules.minVersion || version > rules.maxVersion) {
    return { allow: false, reason: 'server-version', fields: { selected, allowed: allowedVersions(rules) } };
  }
  const strange = unoffered(answer, offer, retry);
  if (strange !== null) return { allow: false, reason: 'server-choice', fields: { detail: strange } };
  if (answer.marksDowngrade && version < TLS_1_3 && offersTls13(offer)) {
    return { allow: false, reason: 'server-downgrade', fields: { selected } };
  }
  if (version >= TLS_1_3 && certificates.enforced && rules.hiddenClientCertificate === 'reject') {
    return { allow: false, reason: 'client-certificate-hidden', fields: { selected } };
  }
  return { allow: true, rule: `${selected} is allowed` };
}

/** The second ClientHello may differ in its key shares and what hangs on them, in nothing else (RFC 8446 section 4.1.2). */
export function judgeSecondHello(second: ClientHello, first: ClientHello): Verdict {
  const difference = differs(second, first);
  return difference === null
    ? { allow: true, rule: 'the second ClientHello asks for the same' }
    : { allow: false, reason: 'hello-changed', fields: { detail: difference } };
}

/**
 * What of the choice the client did not offer; null when it offered all of it. That a TLS 1.3 server echoes the session id
 * is left to the client, which has to check it anyway (RFC 8446 section 4.1.3): nothing here hangs on it.
 */
function unoffered(answer: ServerHello, offer: ClientHello, retry: ServerHello | null): string | null {
  const { version, cipherSuite } = answer;
  const is13 = version === TLS_1_3;
  if (!offersVersion(offer, version)) return versionName(version);
  // supported_versions is for TLS 1.3 alone, and legacy_version stands still behind it (RFC 8446 section 4.2.1).
  if (answer.legacyVersion !== (is13 ? TLS_1_2 : version)) return 'two versions that do not fit together';
  if (!offer.cipherSuites.includes(cipherSuite)) return `cipher suite ${cipherSuiteName(cipherSuite)}`;
  if (isTls13Suite(cipherSuite) !== is13) return `${cipherSuiteName(cipherSuite)} with ${versionName(version)}`;
  if (answer.compression !== 0 && (is13 || !offer.compression.includes(answer.compression))) return 'compression';
  if (answer.isRetry && !is13) return 'another ClientHello, below TLS 1.3';
  if (retry !== null && (retry.version !== version || retry.cipherSuite !== cipherSuite)) {
    return 'something else than its HelloRetryRequest selected';
  }
  return null;
}

function offersVersion({ versions, supportedVersions, legacyVersion }: ClientHello, version: number): boolean {
  // Without the extension legacy_version is the highest one, and all below it are offered (RFC 5246 appendix E.1).
  return supportedVersions === null ? version <= Math.min(legacyVersion, TLS_1_2) : versions.includes(version);
}

function offersTls13({ versions }: ClientHello): boolean {
  return versions.includes(TLS_1_3);
}

function differs(second: ClientHello, first: ClientHello): string | null {
  if (second.serverName !== first.serverName) return 'its server name';
  if (second.legacyVersion !== first.legacyVersion || !sameNumbers(second.versions, first.versions)) {
    return 'its versions';
  }
  if (!sameNumbers(second.cipherSuites, first.cipherSuites)) return 'its cipher suites';
  if (!sameBytes(second.sessionId, first.sessionId)) return 'its session id';
  if (second.encryptedClientHello !== first.encryptedClientHello) return 'its Encrypted ClientHello';
  return second.earlyData ? 'it announces early data' : null;
}

function sameNumbers(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
