import type { Turn } from './recordings.ts';

/** Where in a recorded handshake the bytes lie that decide what a record or message is. Written apart from the reader. */
export interface CheckedPlace {
  readonly turn: number;
  readonly at: number;
  readonly what: string;
  /** Values that make it another one. */
  readonly others: readonly number[];
}

/**
 * Types and lengths of the records up to each side's first encrypted one, and of the messages in them.
 * Every turn of a recording begins with a record, and every message of it ends in its record.
 */
export function checkedPlaces(turns: readonly Turn[]): CheckedPlace[] {
  const places: CheckedPlace[] = [];
  const encrypted = { client: false, origin: false };
  turns.forEach(({ from, bytes }, turn) => {
    const add = (at: number, what: string): void => {
      const value = bytes[at] ?? 0;
      const others = [0, 1, 2, 4, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 0x7f, 0xff, value + 1, value - 1];
      places.push({
        turn,
        at,
        what: `${from} ${what} at ${at} of turn ${turn}`,
        others: [...new Set(others)].filter((other) => other !== value && other >= 0 && other <= 0xff),
      });
    };
    for (let at = 0; at + 5 <= bytes.length;) {
      const type = bytes[at] ?? 0;
      const end = at + 5 + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0));
      if (encrypted[from] || type === 0x17) break;
      add(at, 'record type');
      add(at + 1, 'record version');
      add(at + 3, 'record length');
      if (type === 0x16) {
        for (let message = at + 5; message + 4 <= end;) {
          add(message, 'message type');
          add(message + 1, 'message length');
          message +=
            4 + (((bytes[message + 1] ?? 0) << 16) | ((bytes[message + 2] ?? 0) << 8) | (bytes[message + 3] ?? 0));
        }
      }
      // Up to TLS 1.2 the next record is encrypted; TLS 1.3 sends this one for show, and application data behind it.
      if (type === 0x14)
        encrypted[from] = bytes[end] === 0x16 && from === 'client' ? isFinished(bytes, end) : bytes[end] === 0x16;
      at = end;
    }
  });
  return places;
}

/** A second ClientHello follows a ChangeCipherSpec of TLS 1.3: it is no Finished. */
function isFinished(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 5] !== 1 || bytes[at + 6] !== 0;
}
