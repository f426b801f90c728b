import type { BenchOptions } from 'tinybench';
import { Bench } from 'tinybench';
import { ConnectRequestParser } from '../src/http/connect-request.ts';
import { keep } from './support/keep.ts';

/** What does reading one CONNECT request cost, in the shapes agents send it? */

const LIMITS = { headerBytes: 8192 };
const HOST = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.ods.opinsights.azure.com:443';
const REQUESTS = {
  'Ruby Net::HTTP, OMS agent': `CONNECT ${HOST} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
  'curl, with credentials':
    `CONNECT ${HOST} HTTP/1.1\r\nHost: ${HOST}\r\nProxy-Authorization: Basic YWdlbnQ6c2VjcmV0\r\n` +
    'User-Agent: curl/7.88.1\r\nProxy-Connection: Keep-Alive\r\n\r\n',
  'Python urllib, HTTP/1.0': `CONNECT ${HOST} HTTP/1.0\r\n\r\n`,
};

export function createBench(options: BenchOptions): Bench {
  const bench = new Bench({ ...options, name: 'reading one CONNECT request' });
  for (const [name, text] of Object.entries(REQUESTS)) {
    const bytes = Buffer.from(text, 'latin1');
    mustBeDone(bytes);
    bench.add(name, () => {
      keep(new ConnectRequestParser(LIMITS).read(bytes, bytes.length));
    });
  }
  const [text] = Object.values(REQUESTS);
  const bytes = Buffer.from(text ?? '', 'latin1');
  bench.add('the first one, byte by byte', () => {
    const parser = new ConnectRequestParser(LIMITS);
    for (let length = 1; length <= bytes.length; length += 1) keep(parser.read(bytes, length));
  });
  return bench;
}

function mustBeDone(bytes: Buffer): void {
  const { state } = new ConnectRequestParser(LIMITS).read(bytes, bytes.length);
  if (state !== 'done') throw new Error(`the request of the benchmark is ${state}`);
}
