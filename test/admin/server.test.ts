import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { createAdminApp, startAdminServer } from '../../src/admin/server.ts';
import { STATUS, adminTable } from '../support/admin-table.ts';
import { freePort } from '../support/gateway.ts';
import { readAll } from '../support/raw-tunnel.ts';

const TOKEN = 'correct-horse-battery';
const HEADERS = { host: 'localhost' };

function app(gateway = adminTable(), token = ''): ReturnType<typeof createAdminApp> {
  return createAdminApp({ gateway, host: '127.0.0.1', token });
}

describe('admin server', () => {
  it('answers health, readiness and status', async () => {
    const health = await app().inject({ url: '/healthz', headers: HEADERS });
    assert.deepEqual([health.statusCode, health.json()], [200, { alive: true }]);
    const ready = await app().inject({ url: '/readyz', headers: HEADERS });
    assert.deepEqual([ready.statusCode, ready.json()], [200, { ready: true }]);
    const status = await app().inject({ url: '/status', headers: HEADERS });
    assert.deepEqual([status.statusCode, status.json()], [200, STATUS]);
    assert.equal(status.headers['cache-control'], 'no-store');
    assert.equal(status.headers['x-content-type-options'], 'nosniff');
  });

  it('says 503 and why while it is not ready', async () => {
    const gateway = adminTable({ readiness: () => ({ ready: false, why: 'the gateway drains' }) });
    const answer = await app(gateway).inject({ url: '/readyz', headers: HEADERS });
    assert.deepEqual([answer.statusCode, answer.json()], [503, { ready: false, why: 'the gateway drains' }]);
  });

  it('reloads and drains on POST only', async () => {
    const gateway = adminTable();
    const reload = await app(gateway).inject({ method: 'POST', url: '/reload', headers: HEADERS });
    const expected = { ok: true, changed: ['allowedHosts'], needsRestart: ['listen.port'] };
    assert.deepEqual([reload.statusCode, reload.json()], [200, expected]);
    const drain = await app(gateway).inject({ method: 'POST', url: '/drain', headers: HEADERS });
    assert.deepEqual([drain.statusCode, drain.json()], [202, { draining: true, seconds: 30 }]);
    for (const url of ['/reload', '/drain']) {
      const got = await app(gateway).inject({ url, headers: HEADERS });
      assert.deepEqual(
        [got.statusCode, got.headers['allow'], got.json<{ error: string }>().error],
        [405, 'POST', 'method-not-allowed'],
      );
    }
    assert.deepEqual(gateway.asked, ['reload', 'drain']);
  });

  it('tells every problem of a configuration that was not taken', async () => {
    const problems = [{ path: 'listen.port', message: '0 is not a port' }];
    const gateway = adminTable({ reload: () => Promise.resolve({ ok: false, problems }) });
    const answer = await app(gateway).inject({ method: 'POST', url: '/reload', headers: HEADERS });
    assert.deepEqual([answer.statusCode, answer.json()], [422, { ok: false, problems }]);
  });

  it('does nothing for a foreign page, a foreign name or a wrong token', async () => {
    const gateway = adminTable();
    const cases: [Record<string, string>, number, string][] = [
      [{ host: 'evil.test' }, 403, 'foreign-host'],
      [{ ...HEADERS, origin: 'http://evil.test' }, 403, 'foreign-origin'],
      [{ ...HEADERS, authorization: 'Bearer wrong-wrong-wrong' }, 401, 'unauthorized'],
      [HEADERS, 401, 'unauthorized'],
    ];
    for (const [headers, status, error] of cases) {
      const answer = await app(gateway, TOKEN).inject({ method: 'POST', url: '/drain', headers });
      assert.deepEqual([answer.statusCode, answer.json<{ error: string }>().error], [status, error]);
      assert.equal(answer.headers['www-authenticate'] !== undefined, status === 401);
    }
    assert.deepEqual(gateway.asked, []);
    const right = { ...HEADERS, authorization: `Bearer ${TOKEN}` };
    assert.equal((await app(gateway, TOKEN).inject({ method: 'POST', url: '/drain', headers: right })).statusCode, 202);
  });

  it('refuses unknown paths, methods and bodies clearly', async () => {
    const unknown = await app().inject({ url: '/nothing?x=1', headers: HEADERS });
    assert.equal(unknown.statusCode, 404);
    assert.match(unknown.json<{ message: string }>().message, /there are .*\/healthz.*\/status/);
    const put = await app().inject({ method: 'PUT', url: '/status', headers: HEADERS });
    assert.deepEqual([put.statusCode, put.headers['allow']], [405, 'GET, HEAD']);
    const gateway = adminTable();
    for (const type of ['application/json', 'text/plain', 'a/b']) {
      const headers = { ...HEADERS, 'content-type': type };
      const body = await app(gateway).inject({ method: 'POST', url: '/reload', headers, payload: '{}' });
      assert.deepEqual([body.statusCode, body.json<{ error: string }>().error], [400, 'unexpected-body']);
      const empty = await app(gateway).inject({ method: 'POST', url: '/reload', headers });
      assert.equal(empty.statusCode, 200);
    }
    assert.equal(gateway.asked.length, 3);
  });

  it('tells nobody what went wrong inside', async () => {
    const gateway = adminTable({
      status: () => {
        throw new Error('secret detail');
      },
    });
    const answer = await app(gateway).inject({ url: '/status', headers: HEADERS });
    assert.equal(answer.statusCode, 500);
    assert.doesNotMatch(answer.body, /secret detail/);
  });

  it('listens, answers what is no HTTP with 400, and closes at once', async () => {
    const port = await freePort();
    const server = await startAdminServer({ gateway: adminTable(), host: '127.0.0.1', port, token: '' });
    assert.equal(server.url, `http://127.0.0.1:${port}`);
    const socket = connect(port, '127.0.0.1');
    socket.write('\x16\x03\x01 what\r\n\r\n');
    assert.match((await readAll(socket)).toString(), /^HTTP\/1\.1 400 /);
    const idle = await fetch(`${server.url}/healthz`);
    assert.equal(idle.status, 200);
    await assert.rejects(startAdminServer({ gateway: adminTable(), host: '127.0.0.1', port, token: '' }), {
      code: 'EADDRINUSE',
    });
    await server.close();
  });
});
