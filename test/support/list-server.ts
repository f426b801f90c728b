import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestCertificate } from './certificates.ts';

/** A server of lists on loopback whose answer a test can change while it runs. */
export interface ListServer {
  readonly port: number;
  readonly requests: IncomingMessage[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** @param certificate for https; null for plain http */
export async function startListServer(certificate: TestCertificate | null): Promise<ListServer> {
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    list.requests.push(request);
    list.answer(request, response);
  };
  const server: Server =
    certificate === null
      ? createServer(serve)
      : createSecureServer({ cert: certificate.certificate, key: certificate.key }, serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const list: ListServer = {
    port: (server.address() as AddressInfo).port,
    requests: [],
    answer: (_, response) => response.end('[]'),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return list;
}
