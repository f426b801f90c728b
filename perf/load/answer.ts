/** Reads the proxy's answer to CONNECT as far as a client needs it: is it a 200, and where does the tunnel begin? */

export type ReadAnswer =
  | { readonly state: 'need-more' }
  | { readonly state: 'open' }
  /** `cause` is "status 403" and the like, or what is wrong with the bytes. */
  | { readonly state: 'refused'; readonly cause: string };

const NEED_MORE: ReadAnswer = { state: 'need-more' };
const OPEN: ReadAnswer = { state: 'open' };
const ANSWER_LIMIT = 8_192;
const END = '\r\n\r\n';

/** @param text everything received so far, one character for each byte */
export function readAnswer(text: string): ReadAnswer {
  const end = text.indexOf(END);
  if (end < 0) return text.length > ANSWER_LIMIT ? refused('no end of the header section') : NEED_MORE;
  const status = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(text)?.[1];
  if (status === undefined) return refused('not an HTTP/1.x answer');
  if (!status.startsWith('2')) return refused(`status ${status}`);
  // The client speaks first in TLS, so nothing can follow yet.
  return end + END.length === text.length ? OPEN : refused('bytes follow the answer');
}

function refused(cause: string): ReadAnswer {
  return { state: 'refused', cause };
}
