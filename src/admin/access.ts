import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopback, parseIp } from '../address/ip.ts';

/**
 * Who may ask: judged before a request is looked at further. The Host header tells a browser that was led here by a
 * foreign name (DNS rebinding), Origin and Sec-Fetch-Site a foreign page that posts (CSRF), the token everybody else.
 */

export interface AccessRules {
  /** Address the admin API listens on, e.g. "127.0.0.1". */
  readonly host: string;
  /** What `Authorization: Bearer` must carry; "" when nothing is asked for. */
  readonly token: string;
}

/** What of a request is judged; header values as Node gives them. */
export interface AccessRequest {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly authorization: string | undefined;
  /** Paths that hold nothing but program text and pictures; they are given to everybody. */
  readonly isPublic: boolean;
}

export interface AccessRefusal {
  readonly status: 400 | 401 | 403;
  readonly error: string;
  readonly message: string;
}

/** Answers why the request is refused, or null when it may go on. */
export function judgeAccess(rules: AccessRules, request: AccessRequest): AccessRefusal | null {
  return judgeHost(rules, request.host) ?? judgeOrigin(request) ?? judgeToken(rules, request);
}

/** Names that lead to loopback without asking anybody (RFC 6761 section 6.3). */
const LOOPBACK_NAME = 'localhost';
/** host [":" port] of RFC 9110 section 7.2, as far as the admin API can be called by it. */
const HOST_FIELD = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253}))(?::\d{1,5})?$/i;

function judgeHost(rules: AccessRules, field: string | undefined): AccessRefusal | null {
  const match = HOST_FIELD.exec(field ?? '');
  const name = (match?.[1] ?? match?.[2])?.toLowerCase();
  if (name === undefined) {
    return { status: 400, error: 'bad-host', message: 'The Host header is missing or is no host.' };
  }
  const bound = parseIp(rules.host);
  // Reached from other machines it goes by names nobody here knows; there the token keeps foreign pages out.
  if (bound !== null && !isLoopback(bound)) return null;
  const address = parseIp(name);
  if (name === LOOPBACK_NAME || (address !== null && isLoopback(address))) return null;
  const message = `The Host header names ${name}; this API is called by a loopback address or localhost.`;
  return { status: 403, error: 'foreign-host', message };
}

function judgeOrigin({ method, host, origin, fetchSite }: AccessRequest): AccessRefusal | null {
  if (method === 'GET' || method === 'HEAD') return null;
  const foreign = origin !== undefined && origin.toLowerCase() !== `http://${(host ?? '').toLowerCase()}`;
  const crossSite = fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none';
  if (!foreign && !crossSite) return null;
  const message = 'The request comes from a page of another origin; only the gateway’s own page may act.';
  return { status: 403, error: 'foreign-origin', message };
}

function judgeToken({ token }: AccessRules, request: AccessRequest): AccessRefusal | null {
  if (token === '' || request.isPublic) return null;
  const given = /^Bearer +([\w.~+/=-]+)$/i.exec(request.authorization ?? '')?.[1];
  if (given !== undefined && sameSecret(given, token)) return null;
  const message =
    given === undefined
      ? 'This API asks for a token: Authorization: Bearer TOKEN, the value of admin.token.'
      : 'The token is not that of admin.token.';
  return { status: 401, error: 'unauthorized', message };
}

/** Compares without telling by its duration how much was right: digests have one length. */
function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
