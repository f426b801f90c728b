import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, describe, it } from 'node:test';
import { startAdminServer } from '../../src/admin/server.ts';
import { adminEndpoint, askAdmin, followAdmin } from '../../src/cli/admin-client.ts';
import { STATUS, adminTable } from '../support/admin-table.ts';
import { freePort } from '../support/gateway.ts';

const TOKEN = 'correct-horse-battery';

describe('admin client', async () => {
  const port = await freePort();
  const server = await startAdminServer({ gateway: adminTable(), host: '127.0.0.1', port, token: TOKEN });
  after(() => server.close());
  const url = server.url;

  it('asks with the token and answers the body', async () => {
    const answer = await askAdmin({ url, token: TOKEN }, { path: '/status' });
    assert.deepEqual(answer, { ok: true, status: 200, body: STATUS });
    const drain = await askAdmin({ url, token: TOKEN }, { method: 'POST', path: '/drain' });
    assert.deepEqual(drain, { ok: true, status: 202, body: { draining: true, seconds: 30 } });
  });

  it('says what to do when the token is wrong, nothing answers or something else does', async () => {
    const wrong = await askAdmin({ url, token: 'x' }, { path: '/status' });
    assert.match(wrong.ok ? '' : wrong.message, /not that of admin\.token/);
    const nobody = await askAdmin({ url: `http://127.0.0.1:${await freePort()}`, token: '' }, { path: '/status' });
    assert.match(nobody.ok ? '' : nobody.message, /^no gateway answers on .*admin\.port/);
    const other = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port: otherPort } = other.address() as { port: number };
    const strange = await askAdmin({ url: `http://127.0.0.1:${otherPort}`, token: '' }, { path: '/status' });
    assert.match(strange.ok ? '' : strange.message, /is not this gateway/);
    other.close();
  });

  it('gives up on a gateway that does not answer', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port: silentPort } = silent.address() as { port: number };
    const options = { path: '/status', timeoutMs: 50 };
    const answer = await askAdmin({ url: `http://127.0.0.1:${silentPort}`, token: '' }, options);
    assert.match(answer.ok ? '' : answer.message, /no answer within 50 ms/);
    silent.closeAllConnections();
    silent.close();
  });

  it('gives the data of a stream as it comes, across pieces cut anywhere', async () => {
    const streamed = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\ndata: {"eve');
      setTimeout(() => response.end('nt":1}\n\ndata: {"event":2}\n\n'), 20);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => streamed.once('listening', resolve));
    const { port: streamPort } = streamed.address() as { port: number };
    const got: string[] = [];
    const end = await followAdmin({ url: `http://127.0.0.1:${streamPort}`, token: '' }, '/events', (text) =>
      got.push(text),
    );
    assert.deepEqual([end, got], [null, ['{"event":1}', '{"event":2}']]);
    streamed.close();
  });

  it('reaches a wildcard address by loopback, and knows when there is nothing to reach', () => {
    const at = (host: string, adminPort = 8081): string | undefined =>
      adminEndpoint({ admin: { host, port: adminPort, token: '' } })?.url;
    assert.equal(at('127.0.0.1'), 'http://127.0.0.1:8081');
    assert.equal(at('0.0.0.0'), 'http://127.0.0.1:8081');
    assert.equal(at('::'), 'http://[::1]:8081');
    assert.equal(at('fd00::7'), 'http://[fd00::7]:8081');
    assert.equal(at('127.0.0.1', 0), undefined);
  });
});
