import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { cliWith } from '../support/cli.ts';
import { startFakeAdmin } from '../support/fake-admin.ts';
import { freePort } from '../support/gateway.ts';

async function cliBeside(answers: Parameters<typeof startFakeAdmin>[0]) {
  const admin = await startFakeAdmin(answers);
  after(() => {
    admin.close();
  });
  return { admin, cli: cliWith({ admin: { port: admin.port } }) };
}

describe('orders to the running gateway', () => {
  it('reload says what is in effect and what waits', async () => {
    const body = { ok: true, changed: ['allowedHosts', 'log.level'], needsRestart: ['workers'] };
    const { admin, cli } = await cliBeside({
      '/reload': { status: 200, body },
      '/reload?enforce=true': { status: 200, body: { ok: true, changed: [], needsRestart: [], ended: 3 } },
    });
    const { code, out } = await cli.run(['reload']);
    assert.equal(code, 0);
    assert.match(out, /In effect now: allowedHosts, log\.level\./);
    assert.match(out, /Waits for a restart .*: workers\./);
    const enforced = await cli.run(['reload', '--enforce', '--json']);
    assert.deepEqual(JSON.parse(enforced.out), { state: 'reloaded', changed: [], needsRestart: [], ended: 3 });
    assert.match(
      (await cli.run(['reload', '--enforce'])).out,
      /^Tunnels ended because the rules refuse them now: 3\.$/m,
    );
    const enforce = 'POST /reload?enforce=true';
    assert.deepEqual(admin.asked, ['POST /reload', enforce, enforce]);
  });

  it('reload with a wrong file is 78, and the gateway is not asked', async () => {
    const { admin, cli } = await cliBeside({});
    cli.write('{ "listen": { "port": 0 }, "x": 1 }');
    const { code, err } = await cli.run(['reload']);
    assert.deepEqual([code, err.trim().split('\n').length, admin.asked], [78, 2, []]);
  });

  it('reload that the gateway refuses is 78 as well', async () => {
    const problems = [{ path: 'log.file', message: 'cannot be opened' }];
    const { cli } = await cliBeside({ '/reload': { status: 422, body: { ok: false, problems } } });
    assert.equal((await cli.run(['reload'])).code, 78);
  });

  it('drain and restart are confirmed', async () => {
    const { admin, cli } = await cliBeside({
      '/drain': { status: 202, body: { draining: true, seconds: 7 } },
      '/restart': { status: 202, body: { restarting: true } },
    });
    const drain = await cli.run(['drain']);
    assert.deepEqual([drain.code, /may finish within 7 s/.test(drain.out)], [0, true]);
    const restart = await cli.run(['restart', '--json']);
    assert.deepEqual([restart.code, (JSON.parse(restart.out) as { ok: boolean }).ok], [0, true]);
    assert.deepEqual(admin.asked, ['POST /drain', 'POST /restart']);
  });

  it('restart says what it could not change', async () => {
    const body = { ok: true, changed: ['workers'], needsRestart: ['listen.port', 'engine'] };
    const { cli } = await cliBeside({ '/restart': { status: 200, body } });
    const { code, out } = await cli.run(['restart']);
    assert.equal(code, 0);
    assert.match(out, /^Waits until the gateway is stopped and started: listen\.port, engine\.$/m);
  });

  it('restart says when the running gateway does not know the order', async () => {
    const { cli } = await cliBeside({});
    const { code, err } = await cli.run(['restart']);
    assert.deepEqual([code, /of a version that cannot restart itself/.test(err)], [1, true]);
  });

  it('fail when no gateway runs or its admin API is off', async () => {
    const none = cliWith({ admin: { port: await freePort() } });
    for (const order of ['reload', 'drain', 'restart']) {
      const { code, err } = await none.run([order]);
      assert.deepEqual([code, /No gateway is running here/.test(err)], [1, true], order);
      const off = await cliWith().run([order]);
      assert.deepEqual([off.code, /admin\.port is 0/.test(off.err)], [1, true], order);
    }
  });
});
