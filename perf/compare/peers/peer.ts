/** A program that is compared. Each is told to let one destination through and nothing else, with its logs off. */

export interface Peer {
  readonly key: string;
  readonly label: string;
  /** What brings it, for whoever lacks it: "Debian package squid". */
  readonly broughtBy: string;
  /** True: it speaks no CONNECT and is reached as if it were the origin. */
  readonly isDirect: boolean;
  /** What a reader must know to judge its numbers; empty when there is nothing. */
  readonly remark: string;
  /** Whether it can be started here, and which version it is. */
  readonly find: () => FoundPeer | Promise<FoundPeer>;
  /** Writes its configuration into `directory` and gives the command line. */
  readonly prepare: (site: PeerSite) => PeerCommand;
}

export type FoundPeer = { readonly ok: true; readonly version: string } | { readonly ok: false; readonly why: string };

/** Where a peer works and what it may reach. */
export interface PeerSite {
  /** Its own, empty, writable by everybody (some programs change their user). */
  readonly directory: string;
  /** It listens on this port of 127.0.0.1. */
  readonly port: number;
  /** The name clients ask for, the address it stands for, and the origin's port. */
  readonly host: string;
  readonly address: string;
  readonly originPort: number;
  /** How many descriptors it may have. */
  readonly descriptors: number;
}

export interface PeerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** It is to stay in the foreground. */
  readonly environment?: Readonly<Record<string, string>>;
}
