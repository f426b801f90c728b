import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { inflateSync } from 'node:zlib';
import type { TestCertificate } from '../support/certificates.ts';

/**
 * A TLS server that plays the data endpoint of a workspace: takes deflated JSON and answers with the digest of it. A
 * plain TCP server in front counts what arrives, so that "nothing arrived" is seen and not believed.
 */
export interface DemoOrigin {
  readonly port: number;
  /** Uploads that could be read. */
  uploads: number;
  /** Records in them. */
  records: number;
  /** Bytes that arrived, readable or not. */
  bytes: number;
  close(): void;
}

const PATH = '/OperationalData.svc/PostJsonDataItems';

export async function startDemoOrigin({ key, certificate }: TestCertificate): Promise<DemoOrigin> {
  const https = createHttpsServer({ key, cert: certificate }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const digest = request.url?.startsWith(PATH) === true ? take(Buffer.concat(chunks)) : null;
      response.statusCode = digest === null ? 400 : 200;
      response.end(digest ?? 'not an upload');
    });
  }).listen(0, '127.0.0.1');
  await once(https, 'listening');
  const front = createServer((client) => {
    client.on('data', (chunk: Buffer) => (origin.bytes += chunk.length));
    join(client, connect((https.address() as AddressInfo).port, '127.0.0.1'));
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  const origin: DemoOrigin = {
    port: (front.address() as AddressInfo).port,
    uploads: 0,
    records: 0,
    bytes: 0,
    close: () => {
      front.close();
      https.close();
      https.closeAllConnections();
    },
  };
  return origin;

  /** The digest of a deflated upload, or null when it is none. */
  function take(body: Buffer): string | null {
    try {
      const json = inflateSync(body);
      const { DataItems } = JSON.parse(json.toString()) as { DataItems: unknown[] };
      origin.uploads += 1;
      origin.records += DataItems.length;
      return createHash('sha256').update(json).digest('hex');
    } catch {
      return null;
    }
  }
}

function join(one: Socket, other: Socket): void {
  one.on('error', () => other.destroy()).pipe(other);
  other.on('error', () => one.destroy()).pipe(one);
}
