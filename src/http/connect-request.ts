import type { Authority } from '../address/authority.ts';
import type { Fields, RefusalReason } from '../events/reasons.ts';

/** A CONNECT request that passed every check. */
export interface ConnectRequest {
  readonly target: Authority;
  readonly version: '1.0' | '1.1';
  /** The credentials of `Proxy-Authorization`, as sent; never logged. */
  readonly proxyAuthorization: string | null;
  /** Field names in the order received, for event 103. Values are not kept. */
  readonly userAgent: string | null;
}

export type ParsedRequest =
  | { readonly state: 'need-more' }
  /** `headBytes`: length of the header block including the empty line; what follows belongs to the tunnel. */
  | { readonly state: 'done'; readonly request: ConnectRequest; readonly headBytes: number }
  | { readonly state: 'malformed'; readonly reason: RefusalReason; readonly fields: Fields };
