import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An admin API that answers what a test wants, and remembers what it was asked. */
export interface FakeAdmin {
  readonly port: number;
  /** "POST /reload", with the Authorization field behind it when there was one. */
  readonly asked: string[];
  close(): void;
}

/** @param answers JSON values by path; each other path is 404 */
export async function startFakeAdmin(
  answers: Readonly<Record<string, { readonly status: number; readonly body: unknown }>>,
): Promise<FakeAdmin> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const { method = '', url = '', headers } = request;
    asked.push([method, url, ...(headers.authorization === undefined ? [] : [headers.authorization])].join(' '));
    const answer = answers[url] ?? { status: 404, body: { error: 'not-found', message: `nothing is at ${url}` } };
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, asked, close: () => server.close() };
}
