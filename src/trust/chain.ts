import type { Host } from '../address/host.ts';
import { formatName } from '../tls/distinguished-name.ts';
import type { Anchors } from './anchors.ts';
import type { Candidate } from './candidate.ts';
import { authorityProblem, isIssuedBy, openCertificate, problemOf, serverProblem, subjectText } from './candidate.ts';
import { coversHost, namesText } from './host-names.ts';
import { satisfies } from './name-constraints.ts';

/**
 * Is this the certificate of that host, in the eyes of a client that trusts these authorities (RFC 5280 section 6, RFC 9525)?
 * Signatures are OpenSSL's (node:crypto), the rest is here. Revocation is not asked for: that needs the network.
 */

export type Verification =
  | { readonly ok: true }
  /** `detail` completes "the certificate is not valid: …"; issuer and subject are those of the server's certificate. */
  | { readonly ok: false; readonly detail: string; readonly issuer: string; readonly subject: string };

/** A chain on the public internet has two to four. */
const PATH_LIMIT = 8;
/** How many certificates of a chain are looked at, and how many signatures are checked for it. */
const CHAIN_LIMIT = 16;
const SIGNATURE_LIMIT = 48;

/**
 * Verifies a chain as it came in the Certificate message: the server's own certificate first, the rest in any order.
 * @param nowMs Unix time in milliseconds
 */
export function verifyChain(chain: readonly Uint8Array[], host: Host, anchors: Anchors, nowMs: number): Verification {
  const [first] = chain;
  if (first === undefined) return { ok: false, detail: 'it is missing', issuer: '', subject: '' };
  const opened = openCertificate(first);
  if (!opened.ok) return { ok: false, detail: opened.detail, issuer: '', subject: '' };
  const server = opened.candidate;
  const detail = ownProblem(server, host, nowMs) ?? new PathSearch(chain, anchors, nowMs).problem(server);
  if (detail === null) return { ok: true };
  return { ok: false, detail, issuer: formatName(server.facts.issuer), subject: subjectText(server) };
}

function ownProblem(server: Candidate, host: Host, nowMs: number): string | null {
  if (!coversHost(server.facts, host)) return `it is for ${namesText(server.facts)}, not for ${host.text}`;
  const problem = serverProblem(server) ?? problemOf(server, nowMs);
  return problem === null ? null : `it ${problem}`;
}

/** Looks for a way from the server's certificate to a trusted one. Bounded, whatever the chain holds. */
class PathSearch {
  readonly #sent: readonly Candidate[];
  readonly #anchors: Anchors;
  readonly #nowMs: number;
  #signaturesLeft = SIGNATURE_LIMIT;
  /** What spoiled a way that would otherwise have led to a trusted certificate. */
  #spoiled: string | null = null;

  constructor(chain: readonly Uint8Array[], anchors: Anchors, nowMs: number) {
    this.#anchors = anchors;
    this.#nowMs = nowMs;
    this.#sent = chain.slice(1, CHAIN_LIMIT).flatMap((der) => {
      const opened = openCertificate(der);
      return opened.ok ? [opened.candidate] : [];
    });
  }

  /** Null when there is a way, else what is wrong. */
  problem(server: Candidate): string | null {
    if (this.#isAnchor(server) || this.#leadsToAnchor([server])) return null;
    if (this.#spoiled !== null) return this.#spoiled;
    return server.subjectKey === server.issuerKey
      ? 'it is signed by itself and not trusted'
      : 'no trusted authority stands behind it';
  }

  /** @param path the server's certificate first, each issued by the next */
  #leadsToAnchor(path: readonly Candidate[]): boolean {
    const last = path.at(-1);
    if (last === undefined || path.length > PATH_LIMIT) return false;
    for (const issuer of this.#issuersOf(last)) {
      if (path.some(({ der }) => sameBytes(der, issuer.der))) continue;
      this.#signaturesLeft -= 1;
      if (this.#signaturesLeft < 0) return false;
      if (!isIssuedBy(last, issuer)) continue;
      const isAnchor = this.#isAnchor(issuer);
      const problem = this.#linkProblem(path, last, issuer, isAnchor);
      if (problem !== null) this.#spoiled ??= problem;
      else if (isAnchor || this.#leadsToAnchor([...path, issuer])) return true;
    }
    return false;
  }

  /** Trusted ones first: the shortest way is the one clients take. */
  *#issuersOf({ issuerKey }: Candidate): Iterable<Candidate> {
    for (const der of this.#anchors.get(issuerKey) ?? []) {
      const opened = openCertificate(der);
      if (opened.ok) yield opened.candidate;
    }
    yield* this.#sent.filter(({ subjectKey }) => subjectKey === issuerKey);
  }

  #linkProblem(path: readonly Candidate[], last: Candidate, issuer: Candidate, isAnchor: boolean): string | null {
    const weak = last.profile.weakSignature;
    if (weak !== null)
      return `${path.length === 1 ? 'it' : `the authority ${subjectText(last)}`} is signed with ${weak}`;
    // Authorities that issued their own next certificate do not count (RFC 5280 section 4.2.1.9).
    const below = path.slice(1).filter(({ subjectKey, issuerKey }) => subjectKey !== issuerKey).length;
    const problem = problemOf(issuer, this.#nowMs) ?? authorityProblem(issuer, below, isAnchor);
    if (problem !== null) return `the authority ${subjectText(issuer)} ${problem}`;
    const constraints = issuer.profile.nameConstraints;
    if (constraints === null || path.every(({ facts }) => satisfies(facts, constraints))) return null;
    return `the authority ${subjectText(issuer)} may not speak for these names (nameConstraints)`;
  }

  #isAnchor({ der, subjectKey }: Candidate): boolean {
    return this.#anchors.get(subjectKey)?.some((each) => sameBytes(each, der)) ?? false;
  }
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
