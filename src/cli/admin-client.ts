import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/schema.ts';
import { text } from './text.ts';

/** How commands talk to the gateway that runs: one request to its admin API, or a stream of lines from it. */

export interface AdminEndpoint {
  /** e.g. "http://127.0.0.1:8081" */
  readonly url: string;
  /** Sent as bearer token; "" for none. */
  readonly token: string;
}

export type AdminAnswer =
  /** `body` is the JSON value answered; `status` tells what kind of yes or no it is. */
  | { readonly ok: true; readonly status: number; readonly body: unknown }
  /** The gateway could not be asked; `message` says why, and what to do. `unreachable`: nobody listens there; `status` is 0 without an answer. */
  | { readonly ok: false; readonly unreachable: boolean; readonly status: number; readonly message: string };

export interface AskOptions {
  readonly method?: 'GET' | 'POST';
  /** e.g. "/status" or "/events?recent=10" */
  readonly path: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Answers larger than this are no answers of ours. */
const ANSWER_LIMIT = 16 * 1024 * 1024;

/** Where the gateway of this configuration is asked; null when its admin API is switched off. */
export function adminEndpoint({ admin }: Pick<Config, 'admin'>): AdminEndpoint | null {
  if (admin.port === 0) return null;
  const { host, port, token } = admin;
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return { url: `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`, token };
}

/** Asks once. Never throws. */
export async function askAdmin(endpoint: AdminEndpoint, options: AskOptions): Promise<AdminAnswer> {
  const { timeoutMs = TIMEOUT_MS } = options;
  try {
    const response = await open(endpoint, options, timeoutMs);
    const answer = await readText(response, timeoutMs);
    const status = response.statusCode ?? 0;
    const body = JSON.parse(answer) as unknown;
    if (isRefusal(status)) return { ok: false, unreachable: false, status, message: refusalText(status, body) };
    return { ok: true, status, body };
  } catch (error) {
    const unreachable = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    return { ok: false, unreachable, status: 0, message: failureText(endpoint, error) };
  }
}

/**
 * Follows a server-sent stream until it ends or `signal` is aborted.
 * @param data called with the data of each event
 * @returns null when the stream ended, else why it could not be had
 */
export async function followAdmin(
  endpoint: AdminEndpoint,
  path: string,
  data: (text: string) => void,
  signal?: AbortSignal,
): Promise<string | null> {
  try {
    const response = await open(endpoint, { path, ...(signal === undefined ? {} : { signal }) }, TIMEOUT_MS);
    const status = response.statusCode ?? 0;
    if (status !== 200) return refusalText(status, JSON.parse(await readText(response, TIMEOUT_MS)));
    let rest = '';
    for await (const chunk of response.setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('data: ')) data(line.slice('data: '.length));
    }
    return null;
  } catch (error) {
    return signal?.aborted === true ? null : failureText(endpoint, error);
  }
}

interface OpenOptions extends AskOptions {
  readonly signal?: AbortSignal;
}

async function open(endpoint: AdminEndpoint, options: OpenOptions, timeoutMs: number): Promise<IncomingMessage> {
  // Loaded only here: it takes as long as the rest of a command that asks nobody.
  const { request } = await import('node:http');
  const headers: Record<string, string> = { accept: 'application/json, text/event-stream' };
  if (endpoint.token !== '') headers['authorization'] = `Bearer ${endpoint.token}`;
  return new Promise((resolve, reject) => {
    const sent = request(
      `${endpoint.url}${options.path}`,
      {
        method: options.method ?? 'GET',
        headers,
        agent: false,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      (response) => {
        clearTimeout(timer);
        resolve(response);
      },
    );
    const timer = setTimeout(() => sent.destroy(new Error(text('ask.no-answer', { ms: timeoutMs }))), timeoutMs);
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end();
  });
}

async function readText(response: IncomingMessage, timeoutMs: number): Promise<string> {
  const timer = setTimeout(() => response.destroy(new Error(text('ask.no-answer', { ms: timeoutMs }))), timeoutMs);
  try {
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) {
      body += String(chunk);
      if (body.length > ANSWER_LIMIT) throw new Error(text('ask.too-large'));
    }
    return body;
  } finally {
    clearTimeout(timer);
  }
}

/** What is answered with other statuses is an answer: 422 tells the problems of a configuration, 503 why not ready. */
function isRefusal(status: number): boolean {
  return [400, 401, 403, 404, 405, 500].includes(status);
}

function refusalText(status: number, body: unknown): string {
  const { message } = (typeof body === 'object' && body !== null ? body : {}) as { message?: unknown };
  return typeof message === 'string' ? message : text('ask.status', { status });
}

function failureText({ url }: AdminEndpoint, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return text('ask.nobody', { url });
  if (error instanceof SyntaxError) return text('ask.not-ours', { url });
  return text('ask.failed', { url, detail: code ?? message });
}
