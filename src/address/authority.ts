import type { Host } from './host.ts';

/** A CONNECT target (RFC 9112 section 3.2.3): canonical host and port. */
export interface Authority {
  readonly host: Host;
  /** 1 to 65535. */
  readonly port: number;
}
