import type { Readable } from 'node:stream';

/** Reads finished event lines from a stream: whatever the pieces it comes in, only whole lines are passed on. */

const LINE_FEED = 0x0a;

/** @param take is given one or more whole lines, each with its line feed; a last line that is cut off is dropped */
export function readLines(stream: Readable, take: (lines: string) => void): void {
  let rest: Buffer | null = null;
  stream.on('data', (chunk: Buffer) => {
    const bytes = rest === null ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    rest = end === bytes.length ? null : bytes.subarray(end);
    if (end > 0) take(bytes.toString('utf8', 0, end));
  });
  // A worker that is killed may reset its end.
  stream.on('error', () => undefined);
}
