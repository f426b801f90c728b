import type { Config } from '../config/schema.ts';
import type { DistinguishedName } from '../tls/distinguished-name.ts';
import { formatName } from '../tls/distinguished-name.ts';
import type { ClientCertificateRules } from './client-certificate.ts';
import { judgeClientCertificate } from './client-certificate.ts';
import type { Verdict } from './verdict.ts';

/** May this client use the gateway at all? Asked of those that speak TLS to it, when `listen.tls` wants certificates. */

/** What a client has shown in its TLS handshake with the gateway. */
export interface ShownClient {
  /** Of its certificate; null: it has shown none. */
  readonly subject: DistinguishedName | null;
  /** Why that certificate is not one of a configured authority; "" when it is. */
  readonly problem: string;
}

export interface GatewayClientRules {
  /** Every client has to show a certificate. */
  readonly asked: boolean;
  readonly subjects: ClientCertificateRules;
}

export function compileGatewayClientRules(
  { listen }: Pick<Config, 'listen'>,
  subjects: ClientCertificateRules,
): GatewayClientRules {
  return { asked: listen.tls.clientAuthorities !== '', subjects };
}

/**
 * Judges what the client has shown: a certificate of a configured authority, whose subject `allowedClientCertificates`
 * allows, if any are configured. The rule of a verdict that allows is its subject.
 */
export function judgeGatewayClient(shown: ShownClient, { asked, subjects }: GatewayClientRules): Verdict {
  if (!asked) return { allow: true, rule: '' };
  if (shown.subject === null) return { allow: false, reason: 'gateway-certificate-missing', fields: {} };
  const subject = formatName(shown.subject);
  if (shown.problem !== '') {
    return { allow: false, reason: 'gateway-certificate-untrusted', fields: { subject, detail: shown.problem } };
  }
  const verdict = judgeClientCertificate(shown.subject, subjects);
  if (!verdict.allow) return { allow: false, reason: 'gateway-certificate-not-allowed', fields: { subject } };
  return { allow: true, rule: subject };
}
