import { Cursor, Truncated } from './cursor.ts';

/** The Certificate message up to TLS 1.2 (RFC 5246 section 7.4.2): a list of certificates, the sender's own first. */

/** More than any chain in use; the list is bounded by `limits.handshakeBytes` besides. */
const CHAIN_LIMIT = 64;

export type ReadCertificateList =
  /** DER of each, views into the body; empty when the sender has none. */
  { readonly ok: true; readonly chain: readonly Uint8Array[] } | { readonly ok: false; readonly detail: string };

/** @param body the message without its head. Never throws. */
export function readCertificateList(body: Uint8Array): ReadCertificateList {
  try {
    const cursor = new Cursor(body);
    const list = cursor.sub24();
    if (cursor.left > 0) return { ok: false, detail: 'bytes follow the certificate list' };
    const chain: Uint8Array[] = [];
    while (list.left > 0) {
      if (chain.length === CHAIN_LIMIT) {
        return { ok: false, detail: `there are more than ${CHAIN_LIMIT} certificates in the chain` };
      }
      const der = list.sub24().rest();
      if (der.length === 0) return { ok: false, detail: 'a certificate of the chain is empty' };
      chain.push(der);
    }
    return { ok: true, chain };
  } catch (error) {
    if (error instanceof Truncated) return { ok: false, detail: 'a length in the Certificate message is wrong' };
    throw error;
  }
}
