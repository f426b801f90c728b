import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { listUrlProblem } from '../policy/list-url.ts';
import type { Tunnels } from './tunnels.ts';

/** Fetches a list over HTTPS, bounded in bytes and time, only if it has changed. Node's own client; certificates are verified. */

export interface DownloadRequest {
  readonly url: string;
  readonly etag: string;
  readonly lastModified: string;
  /** PEM certificates trusted instead of the system's; none: the system's. */
  readonly trusted: readonly string[];
  /** How hosts are reached through a relay. */
  readonly tunnels: Tunnels;
}

export type Download =
  | { readonly state: 'new'; readonly text: string; readonly etag: string; readonly lastModified: string }
  | { readonly state: 'unchanged' }
  /** `detail` is half a sentence, e.g. "it answered 500". */
  | { readonly state: 'failed'; readonly detail: string };

export interface DownloadLimits {
  readonly bytes: number;
  /** For everything, redirects included. */
  readonly ms: number;
}

export const DOWNLOAD_LIMITS: DownloadLimits = { bytes: 10 * 1024 * 1024, ms: 30_000 };
const REDIRECT_LIMIT = 3;
const REDIRECTS = [301, 302, 303, 307, 308];

/** Never rejects. */
export async function download(wanted: DownloadRequest, limits: DownloadLimits = DOWNLOAD_LIMITS): Promise<Download> {
  const signal = AbortSignal.timeout(limits.ms);
  let url = wanted.url;
  try {
    for (let redirects = 0; redirects <= REDIRECT_LIMIT; redirects += 1) {
      const response = await ask(new URL(url), wanted, signal);
      const { statusCode = 0, headers } = response;
      if (!REDIRECTS.includes(statusCode)) return await take(response, limits, signal);
      response.destroy();
      url = new URL(headers.location ?? '', url).href;
      const problem = listUrlProblem(url);
      if (problem !== null) return failed(`it redirects to an address that ${problem}`);
    }
    return failed(`it redirects more than ${REDIRECT_LIMIT} times`);
  } catch (error) {
    return failed(signal.aborted ? `it took longer than ${limits.ms / 1000} s` : sentenceOf(error));
  }
}

async function ask(url: URL, wanted: DownloadRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const headers: Record<string, string> = { Accept: 'application/json, text/plain', 'User-Agent': 'oms-gateway' };
  if (wanted.etag !== '') headers['If-None-Match'] = wanted.etag;
  if (wanted.lastModified !== '') headers['If-Modified-Since'] = wanted.lastModified;
  const options: RequestOptions = { headers, signal, agent: false };
  if (url.protocol === 'http:') return await answerTo(plainRequest(url, options));
  const tunnel = await wanted.tunnels.open(url.hostname, url.port === '' ? 443 : Number(url.port), signal);
  const secure = {
    ...options,
    // Said in full, because NODE_TLS_REJECT_UNAUTHORIZED must not switch the verification off.
    rejectUnauthorized: true,
    ...(wanted.trusted.length === 0 ? {} : { ca: [...wanted.trusted] }),
    ...(tunnel === null ? {} : { socket: tunnel }),
  };
  return await answerTo(secureRequest(url, secure));
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
    request.end();
  });
}

async function take(response: IncomingMessage, limits: DownloadLimits, signal: AbortSignal): Promise<Download> {
  const { statusCode = 0, headers } = response;
  if (statusCode === 304) {
    response.destroy();
    return { state: 'unchanged' };
  }
  if (statusCode !== 200) {
    response.destroy();
    return failed(`it answered ${statusCode}`);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += (chunk as Buffer).length;
    if (length > limits.bytes) {
      response.destroy();
      return failed(`it is larger than ${limits.bytes} bytes`);
    }
    chunks.push(chunk as Buffer);
    signal.throwIfAborted();
  }
  if (!response.complete) return failed('it ended before it was complete');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return { state: 'new', text, etag: headers.etag ?? '', lastModified: headers['last-modified'] ?? '' };
  } catch {
    return failed('it is no UTF-8 text');
  }
}

function sentenceOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

function failed(detail: string): Download {
  return { state: 'failed', detail };
}
