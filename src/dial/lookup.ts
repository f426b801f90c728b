import { lookup } from 'node:dns';

/** The system's resolver (getaddrinfo(3): hosts file, then DNS), in the order it answers. */

/** `code` is null on success; addresses are texts. */
export type Lookup = (name: string, done: (code: string | null, addresses: readonly string[]) => void) => void;

export const systemLookup: Lookup = (name, done) => {
  lookup(name, { all: true, verbatim: true }, (error, addresses) => {
    if (error === null) {
      done(
        null,
        addresses.map(({ address }) => address),
      );
    } else {
      done(error.code ?? 'EAI_FAIL', []);
    }
  });
};
