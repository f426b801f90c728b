/**
 * Nearly every host that is configured or asked for is a name in its canonical form already. To see that takes one pass over
 * its characters, a tenth of what reading it by all the rules takes, and makes nothing.
 */

const [DOT, HYPHEN, UNDERSCORE, ZERO, NINE, A, Z] = [0x2e, 0x2d, 0x5f, 0x30, 0x39, 0x61, 0x7a];
/** Bytes of a whole name (RFC 1035 section 2.3.4, without the root). */
export const NAME_LIMIT = 253;
const LABEL_LIMIT = 63;

/**
 * Whether the text from `start` on is a host name in canonical form for certain: lower-case labels of letters, digits,
 * underscores and inner hyphens, the last beginning with a letter, so that no resolver takes it for an address. A name with
 * two hyphens where those of an A-label are is left to `parseHost`, as is everything else of which this is not certain.
 */
export function isPlainName(text: string, start: number): boolean {
  const end = text.length;
  if (end - start > NAME_LIMIT) return false;
  let label = start;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (!isLabel(text, label, at)) return false;
      label = at + 1;
    } else if (!isLetter(code) && !isDigit(code) && code !== HYPHEN && code !== UNDERSCORE) {
      return false;
    }
  }
  return isLabel(text, label, end) && isLetter(text.charCodeAt(label));
}

/** Of characters that have been looked at: the length, and where hyphens are. */
function isLabel(text: string, start: number, end: number): boolean {
  if (end === start || end - start > LABEL_LIMIT) return false;
  if (text.charCodeAt(start) === HYPHEN || text.charCodeAt(end - 1) === HYPHEN) return false;
  return end - start < 4 || text.charCodeAt(start + 2) !== HYPHEN || text.charCodeAt(start + 3) !== HYPHEN;
}

function isLetter(code: number): boolean {
  return code >= A && code <= Z;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
