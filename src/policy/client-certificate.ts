import type { Config } from '../config/schema.ts';
import type { DistinguishedName } from '../tls/distinguished-name.ts';
import { commonNames, foldText, formatName, nameKey } from '../tls/distinguished-name.ts';
import { parseName } from '../tls/distinguished-name-text.ts';
import type { Verdict } from './verdict.ts';

/** May this client certificate go to the destination? Pure questions to the compiled list of subjects. */

export interface ClientCertificateRules {
  /** False while no subject is configured: then no certificate is looked at. */
  readonly enforced: boolean;
  /** Whether a destination that asks for no client certificate may be reached. */
  readonly clientCertificate: 'when-requested' | 'always';
  /** The entry that allows a CN, by its folded text. */
  readonly commonNames: ReadonlyMap<string, string>;
  /** The entry that allows a whole subject, by its key. */
  readonly subjects: ReadonlyMap<string, string>;
}

/** One entry of `allowedClientCertificates`, compiled: what is looked up, and where. */
export type SubjectEntry =
  | { readonly ok: true; readonly kind: 'common-name' | 'subject'; readonly key: string }
  /** `detail` says what is wrong and what would be right. */
  | { readonly ok: false; readonly detail: string };

const ENTRY_LIMIT = 1024;

/** Reads an entry: a CN, or a whole subject when it contains "=". Never throws. */
export function parseSubjectEntry(text: string): SubjectEntry {
  if (text.trim() === '') return { ok: false, detail: 'is empty; expected a CN or a whole subject like "CN=a,O=b"' };
  if (text.length > ENTRY_LIMIT) return { ok: false, detail: `is longer than ${ENTRY_LIMIT} characters` };
  if (/\p{Cc}/u.test(text)) return { ok: false, detail: 'has a control character in it' };
  if (text.trim() === '*') {
    return { ok: false, detail: 'would allow every certificate; subjects are compared whole, without wildcards' };
  }
  if (!text.includes('=')) return { ok: true, kind: 'common-name', key: foldText(text) };
  const parsed = parseName(text);
  return parsed.ok ? { ok: true, kind: 'subject', key: nameKey(parsed.name) } : parsed;
}

/** @throws when an entry is not valid; configuration is checked before it gets here */
export function compileClientCertificateRules(
  config: Pick<Config, 'allowedClientCertificates' | 'workspaces' | 'tls'>,
): ClientCertificateRules {
  const names = new Map<string, string>();
  const subjects = new Map<string, string>();
  for (const text of config.allowedClientCertificates) {
    const entry = parseSubjectEntry(text);
    if (!entry.ok) throw new Error(`allowedClientCertificates: ${text} ${entry.detail}`);
    addFirst(entry.kind === 'subject' ? subjects : names, entry.key, `allowedClientCertificates: ${text}`);
  }
  for (const id of config.workspaces) addFirst(names, foldText(id), `workspaces: ${id}`);
  return {
    enforced: config.allowedClientCertificates.length > 0,
    clientCertificate: config.tls.clientCertificate,
    commonNames: names,
    subjects,
  };
}

/**
 * Judges the subject of the client's own certificate. It passes when any of its CNs is an entry, or the whole of it is
 * one that contains "=".
 * @param subject null when the client answered the request for a certificate with an empty message
 */
export function judgeClientCertificate(subject: DistinguishedName | null, rules: ClientCertificateRules): Verdict {
  if (!rules.enforced) return { allow: true, rule: 'allowedClientCertificates is empty' };
  if (subject === null) return { allow: false, reason: 'client-certificate-missing', fields: {} };
  for (const name of commonNames(subject)) {
    const rule = rules.commonNames.get(foldText(name));
    if (rule !== undefined) return { allow: true, rule };
  }
  const rule = rules.subjects.size === 0 ? undefined : rules.subjects.get(nameKey(subject));
  if (rule !== undefined) return { allow: true, rule };
  return { allow: false, reason: 'client-certificate-not-allowed', fields: { subject: formatName(subject) } };
}

function addFirst(table: Map<string, string>, key: string, rule: string): void {
  if (!table.has(key)) table.set(key, rule);
}
