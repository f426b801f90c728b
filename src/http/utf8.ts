/**
 * Text of a target or a Host value. Non-ASCII bytes there are UTF-8 or a mistake; guessing another encoding would give
 * one name two readings.
 */

// `ignoreBOM` keeps a byte order mark in the text instead of dropping it silently.
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text, or null when the bytes are not valid UTF-8. */
export function utf8Text(bytes: Uint8Array): string | null {
  try {
    return DECODER.decode(bytes);
  } catch {
    return null;
  }
}
