import type { Readable } from 'node:stream';

/** Reads finished event lines from a stream: whatever the pieces it comes in, only whole lines are passed on. */

const LINE_FEED = 0x0a;
/** Begins a line that is no event but belongs to those before it, as JSON; no event line has a control character. */
export const COUNTS_LINE = '\u0001';

export interface LineReader {
  /** One or more whole event lines, each with its line feed. */
  lines(text: string): void;
  /** The JSON of a line that begins with `COUNTS_LINE`. */
  counts(json: string): void;
}

/** A last line that is cut off is dropped. */
export function readLines(stream: Readable, reader: LineReader): void {
  let rest: Buffer | null = null;
  stream.on('data', (chunk: Buffer) => {
    const bytes = rest === null ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    rest = end === bytes.length ? null : bytes.subarray(end);
    if (end > 0) split(bytes.toString('utf8', 0, end), reader);
  });
  // A worker that is killed may reset its end.
  stream.on('error', () => undefined);
}

function split(text: string, reader: LineReader): void {
  let start = 0;
  for (let at = text.indexOf(COUNTS_LINE); at >= 0; at = text.indexOf(COUNTS_LINE, start)) {
    if (at > start) reader.lines(text.slice(start, at));
    const end = text.indexOf('\n', at);
    reader.counts(text.slice(at + COUNTS_LINE.length, end));
    start = end + 1;
  }
  if (start < text.length) reader.lines(text.slice(start));
}
