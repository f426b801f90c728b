/** How the page talks to the admin API it came from. The token, if one is asked for, lives as long as the tab. */

const TOKEN_KEY = 'oms-gateway-token';

export class NeedsToken extends Error {}

export function rememberToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token);
}

export function hasToken(): boolean {
  return sessionStorage.getItem(TOKEN_KEY) !== null;
}

/** The JSON of an answer, or null when the question was refused. @throws NeedsToken, or when nobody answers */
export async function ask<Answer>(path: string): Promise<Answer | null> {
  const response = await fetch(path, { headers: headers() });
  if (response.status === 401) throw new NeedsToken();
  return response.ok ? ((await response.json()) as Answer) : null;
}

/** Calls `data` with each event of a server-sent stream, until it ends. @throws when `signal` ends it */
export async function follow(path: string, signal: AbortSignal, data: (text: string) => void): Promise<void> {
  const response = await fetch(path, { headers: headers(), signal });
  if (response.status === 401) throw new NeedsToken();
  if (!response.ok || response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data: ')) data(line.slice('data: '.length));
  }
}

function headers(): Record<string, string> {
  const token = sessionStorage.getItem(TOKEN_KEY);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
