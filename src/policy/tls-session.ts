import type { Authority } from '../address/authority.ts';
import { parseConfiguredHost, sameHost } from '../address/host.ts';
import type { Config } from '../config/schema.ts';
import type { ClientHello } from '../tls/client-hello.ts';
import type { Verdict } from './verdict.ts';

/** May this ClientHello go to the destination that CONNECT named? Pure questions to the compiled `tls` section. */

export interface TlsRules {
  /** Protocol versions as on the wire, e.g. 0x0303. */
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly missingSni: 'reject' | 'allow';
  readonly encryptedClientHello: 'reject' | 'reject-mismatch' | 'allow';
  /** TLS 1.3 encrypts the client's certificate: whether such a session may pass. */
  readonly hiddenClientCertificate: 'allow' | 'reject';
  /** Whether the server's certificate is verified (TLS up to 1.2), and what a bad one leads to. */
  readonly serverCertificate: 'off' | 'report' | 'enforce';
}

const SSL_3 = 0x0300;
/** How many offered versions an event names; a hostile hello may list 127. */
const NAMED_VERSIONS = 8;

const VERSIONS: Readonly<Record<Config['tls']['minVersion'], number>> = {
  '1.0': 0x0301,
  '1.1': 0x0302,
  '1.2': 0x0303,
  '1.3': 0x0304,
};

export function compileTlsRules(tls: Config['tls']): TlsRules {
  return {
    minVersion: VERSIONS[tls.minVersion],
    maxVersion: VERSIONS[tls.maxVersion],
    missingSni: tls.missingSni,
    encryptedClientHello: tls.encryptedClientHello,
    hiddenClientCertificate: tls.hiddenClientCertificate,
    serverCertificate: tls.serverCertificate,
  };
}

/**
 * Judges a ClientHello. It passes when it offers at least one allowed version and its visible server name is the host
 * of CONNECT after the same canonicalisation.
 *
 * A hello that also offers versions outside minVersion to maxVersion passes: the gateway never changes a byte, so it
 * cannot take them out, and which one counts is the server's choice. A hello that offers nothing inside is refused, and
 * so is every one whose legacy_version is SSL 3 or lower (RFC 8446 appendix D.5), whatever its extensions say.
 */
export function judgeClientHello(hello: ClientHello, target: Authority, rules: TlsRules): Verdict {
  const { versions } = hello;
  if (hello.legacyVersion <= SSL_3) return refuseVersions([hello.legacyVersion], rules);
  if (!versions.some((version) => version >= rules.minVersion && version <= rules.maxVersion)) {
    return refuseVersions(versions, rules);
  }
  return judgeEncryptedHello(hello, rules) ?? judgeServerName(hello, target, rules);
}

/** "TLS 1.2", "SSL 3.0", or the value in hex where it has no name. */
export function versionName(version: number): string {
  if (version === SSL_3) return 'SSL 3.0';
  if (version === 0x0002) return 'SSL 2.0';
  return version > SSL_3 && version <= 0x0304
    ? `TLS 1.${(version & 0xff) - 1}`
    : `0x${version.toString(16).padStart(4, '0')}`;
}

/** "TLS 1.2 to TLS 1.3". */
export function allowedVersions({ minVersion, maxVersion }: TlsRules): string {
  const lowest = versionName(minVersion);
  return minVersion === maxVersion ? lowest : `${lowest} to ${versionName(maxVersion)}`;
}

function refuseVersions(versions: readonly number[], rules: TlsRules): Verdict {
  const offered = versions.slice(0, NAMED_VERSIONS).map(versionName).join(', ') || 'no known version';
  return { allow: false, reason: 'tls-version', fields: { offered, allowed: allowedVersions(rules) } };
}

/** Null when the server name is to be judged as usual. */
function judgeEncryptedHello(hello: ClientHello, rules: TlsRules): Verdict | null {
  if (hello.encryptedClientHello === 'absent') return null;
  if (hello.encryptedClientHello === 'inner') {
    return refuseEncrypted('an inner hello must not be sent in the clear');
  }
  if (rules.encryptedClientHello === 'reject') return refuseEncrypted('it is set to "reject"');
  // A real encrypted hello hides its name on purpose; the visible one is the provider's and says nothing.
  if (rules.encryptedClientHello === 'allow') return { allow: true, rule: 'tls.encryptedClientHello: allow' };
  return null;
}

function judgeServerName(hello: ClientHello, target: Authority, rules: TlsRules): Verdict {
  const host = target.host.text;
  if (hello.serverName === null) {
    // RFC 6066 section 3 forbids literals in SNI, so a hello for an address is right to carry none.
    if (target.host.kind === 'ip') return { allow: true, rule: 'no SNI for an IP literal' };
    if (hello.encryptedClientHello === 'outer') return refuseEncrypted('there is no visible name to compare');
    if (rules.missingSni === 'allow') return { allow: true, rule: 'tls.missingSni: allow' };
    return { allow: false, reason: 'sni-missing', fields: { host } };
  }
  // Its canonical form already, as nearly always: reading it would give the same name.
  if (target.host.kind === 'name' && hello.serverName === host) return equalsHost(host);
  // No port follows here, so an IPv6 literal may stand without brackets.
  const parsed = parseConfiguredHost(hello.serverName);
  if (!parsed.ok) return { allow: false, reason: 'sni-invalid', fields: { detail: `it ${parsed.detail}` } };
  if (!sameHost(parsed.host, target.host)) {
    return { allow: false, reason: 'sni-mismatch', fields: { sni: parsed.host.text, host } };
  }
  return equalsHost(host);
}

function equalsHost(host: string): Verdict {
  return { allow: true, rule: `SNI ${host} equals the CONNECT host` };
}

function refuseEncrypted(detail: string): Verdict {
  return { allow: false, reason: 'encrypted-client-hello', fields: { detail } };
}
