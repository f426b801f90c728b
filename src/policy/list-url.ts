/** Where a list may come from. */

/** Loopback may be plain: nobody sits between. Anywhere else a list over http:// is a list by whoever is in the middle. */
export function listUrlProblem(text: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'is not a URL; expected https://HOST/PATH';
  }
  if (url.username !== '' || url.password !== '') return 'has user information in it; a list is fetched without any';
  if (url.protocol === 'https:') return null;
  const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === 'http:' && loopback ? null : 'is not https://; http:// is taken from loopback only';
}
