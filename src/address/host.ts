import type { IpAddress } from './ip.ts';

/**
 * A destination host in its one canonical form. Everything that compares, logs or dials a host uses this value, never
 * the text it came from.
 */
export type Host =
  /** A DNS name: lower case A-labels, no trailing dot, 1 to 253 bytes. */
  | { readonly kind: 'name'; readonly text: string }
  /** An IP literal; `text` is the canonical form of `address` without brackets. */
  | { readonly kind: 'ip'; readonly text: string; readonly address: IpAddress };
