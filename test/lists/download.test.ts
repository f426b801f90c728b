import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { relaysOf } from '../../src/config/relays.ts';
import type { Download, DownloadLimits } from '../../src/lists/download.ts';
import { DOWNLOAD_LIMITS, download } from '../../src/lists/download.ts';
import { Tunnels } from '../../src/lists/tunnels.ts';
import { RelayRoutes } from '../../src/relay/routes.ts';
import type { TestCertificate } from '../support/certificates.ts';
import { makeCertificate } from '../support/certificates.ts';
import { freePort } from '../support/gateway.ts';
import type { ListServer } from '../support/list-server.ts';
import { startListServer } from '../support/list-server.ts';
import { startRelay } from '../support/relay.ts';

function tunnels(relayProxy: unknown = {}): Tunnels {
  const loaded = check({ relayProxy });
  assert.ok(loaded.ok);
  return new Tunnels(new RelayRoutes(relaysOf(loaded.config)), []);
}

describe('the download of a list', () => {
  let server: ListServer;
  let certificate: TestCertificate;
  before(async () => {
    certificate = await makeCertificate(['localhost']);
    server = await startListServer(certificate);
  });
  after(() => server.close());

  const fetchList = (
    more: { path?: string; url?: string; etag?: string; trusted?: string[]; tunnels?: Tunnels } = {},
    limits: DownloadLimits = DOWNLOAD_LIMITS,
  ): Promise<Download> =>
    download(
      {
        url: more.url ?? `https://localhost:${server.port}${more.path ?? '/hosts'}`,
        etag: more.etag ?? '',
        lastModified: '',
        trusted: more.trusted ?? [certificate.certificate],
        tunnels: more.tunnels ?? tunnels(),
      },
      limits,
    );
  const failure = async (got: Promise<Download>): Promise<string> => {
    const result = await got;
    assert.equal(result.state, 'failed', JSON.stringify(result));
    return result.state === 'failed' ? result.detail : '';
  };

  it('brings the text and what the next request is compared with', async () => {
    server.answer = (request, response) => {
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
      else response.writeHead(200, { ETag: '"v1"' }).end('a.example\n');
    };
    assert.deepEqual(await fetchList(), { state: 'new', text: 'a.example\n', etag: '"v1"', lastModified: '' });
    assert.deepEqual(await fetchList({ etag: '"v1"' }), { state: 'unchanged' });
  });

  it('is given up when the server is slow, oversized, broken off, no text or answers anything but 200', async () => {
    server.answer = (_, response) => {
      const drip = setInterval(() => response.write('a.example\n'), 20);
      response.on('close', () => clearInterval(drip));
    };
    assert.match(await failure(fetchList({}, { bytes: 1_000_000, ms: 400 })), /^it took longer than 0\.4 s$/);
    server.answer = (_, response) => {
      const flood = (): void => {
        while (response.write(Buffer.alloc(65_536, 'a\n')));
        response.once('drain', flood);
      };
      flood();
    };
    assert.match(await failure(fetchList({}, { bytes: 100_000, ms: 5_000 })), /^it is larger than 100000 bytes$/);
    server.answer = (_, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('a.example\n', () => response.destroy());
    };
    await failure(fetchList());
    server.answer = (_, response) => response.end(Buffer.from([0x61, 0xff, 0xfe]));
    assert.match(await failure(fetchList()), /no UTF-8/);
    server.answer = (_, response) => response.writeHead(500).end('a.example');
    assert.equal(await failure(fetchList()), 'it answered 500');
  });

  it('says what is wrong when nothing listens, or the certificate is not trusted or for another name', async () => {
    assert.match(await failure(fetchList({ url: `https://localhost:${await freePort()}/` })), /ECONNREFUSED/);
    assert.match(await failure(fetchList({ trusted: [] })), /self-signed|SELF_SIGNED/);
    assert.match(await failure(fetchList({ url: `https://127.0.0.1:${server.port}/` })), /IP: 127\.0\.0\.1|altname/i);
  });

  it('follows a few redirects, to https only', async () => {
    const redirect = (location: string): void => {
      server.answer = (request, response) => {
        if (request.url === '/final') response.end('a.example');
        else response.writeHead(302, { Location: location }).end();
      };
    };
    redirect('/final');
    assert.equal((await fetchList()).state, 'new');
    redirect('/hosts');
    assert.match(await failure(fetchList()), /redirects more than 3 times/);
    redirect('http://list.example/hosts');
    assert.match(await failure(fetchList()), /redirects to an address that is not https/);
    redirect('file:///etc/passwd');
    assert.match(await failure(fetchList()), /is not https/);
  });

  it('goes through the relay, which resolves the name, with its credential', async () => {
    server.answer = (_, response) => response.end('a.example');
    const relay = await startRelay({ originPort: server.port });
    const dead = await freePort();
    const way = tunnels([
      { address: `http://127.0.0.1:${dead}` },
      { address: `http://127.0.0.1:${relay.port}`, username: 'u', password: 'p' },
    ]);
    const other = await makeCertificate(['lists.test']);
    assert.match(await failure(fetchList({ url: 'https://lists.test/hosts', tunnels: way })), /lists\.test/);
    assert.equal((await fetchList({ url: 'https://localhost:444/hosts', tunnels: way })).state, 'new');
    assert.match(relay.requests[1] ?? '', /^CONNECT localhost:444 [^]*Proxy-Authorization: Basic dTpw/);
    assert.ok(other.certificate !== certificate.certificate);
    await relay.close();
    const refusing = await startRelay({ answer: 'HTTP/1.1 407 no\r\n\r\n' });
    const refused = tunnels({ address: `http://127.0.0.1:${refusing.port}` });
    assert.match(await failure(fetchList({ tunnels: refused })), /relay proxy 127\.0\.0\.1:\d+ answered 407/);
    await refusing.close();
  });
});
