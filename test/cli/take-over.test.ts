import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { cliWith } from '../support/cli.ts';
import type { FakeAdmin } from '../support/fake-admin.ts';
import { startFakeAdmin } from '../support/fake-admin.ts';
import { freePort } from '../support/gateway.ts';

const TOKEN = 'correct-horse-battery';

async function cliBeside(answers: Parameters<typeof startFakeAdmin>[0]) {
  const admin: FakeAdmin = await startFakeAdmin(answers);
  after(() => {
    admin.close();
  });
  return { admin, cli: cliWith({ admin: { port: admin.port, token: TOKEN } }) };
}

describe('after an edit the running gateway', () => {
  it('is told, with its token, and says that it follows', async () => {
    const body = { ok: true, changed: ['allowedHosts'], needsRestart: [] };
    const { admin, cli } = await cliBeside({ '/reload': { status: 200, body } });
    const { code, out } = await cli.run(['allowed-host', 'add', 'a.test']);
    assert.deepEqual([code, admin.asked], [0, [`POST /reload Bearer ${TOKEN}`]]);
    assert.match(out, /^The running gateway has taken it over\.$/m);
    await cli.run(['allowed-host', 'add', 'a.test']);
    assert.equal(admin.asked.length, 1, 'nothing was changed, so nothing is told');
    await cli.run(['allowed-host', 'add', 'b.test', '--dry-run']);
    assert.equal(admin.asked.length, 1);
  });

  it('says what waits for a restart', async () => {
    const body = { ok: true, changed: [], needsRestart: ['listen.port', 'workers'] };
    const { cli } = await cliBeside({ '/reload': { status: 200, body } });
    const { code, out } = await cli.run(['config', 'set', 'listen.port', '9090']);
    assert.equal(code, 0);
    assert.match(out, /^Waits for a restart \(oms-gateway restart\): listen\.port, workers\.$/m);
    assert.doesNotMatch(out, /taken it over/);
  });

  it('tells the gateway that runs, also when the change is where it is asked, or with which token', async () => {
    const body = { ok: true, changed: [], needsRestart: ['admin.port', 'admin.token'] };
    const { admin, cli } = await cliBeside({ '/reload': { status: 200, body } });
    const { out } = await cli.run(['config', 'set', 'admin.port', String(await freePort())]);
    assert.match(out, /^Waits for a restart \(oms-gateway restart\): admin\.port\.$/m);
    // The command would ask with the new one, which the gateway does not know yet.
    assert.match(out, /^Waits until the gateway is stopped and started: admin\.token\.$/m);
    assert.deepEqual(admin.asked, [`POST /reload Bearer ${TOKEN}`]);
  });

  it('keeps what it has when its configuration would be wrong: the command fails', async () => {
    const body = { ok: false, problems: [{ path: 'log.file', message: 'cannot be opened' }] };
    const { cli } = await cliBeside({ '/reload': { status: 422, body } });
    const { code, out, err } = await cli.run(['allowed-host', 'add', 'a.test']);
    assert.equal(code, 1);
    assert.match(out, /a\.test is allowed now/);
    assert.match(err, /has not taken it over[^]*log\.file: cannot be opened/);
    const json = await cli.run(['allowed-host', 'add', 'b.test', '--json']);
    const { ok, written, gateway } = JSON.parse(json.out) as { ok: boolean; written: boolean; gateway: object };
    assert.deepEqual(
      [json.code, ok, written, gateway],
      [1, false, true, { state: 'refused', problems: body.problems }],
    );
  });

  it('cannot be told with a wrong token: the command fails', async () => {
    const body = { error: 'unauthorized', message: 'the token is not that of admin.token' };
    const { cli } = await cliBeside({ '/reload': { status: 401, body } });
    const { code, err } = await cli.run(['allowed-host', 'add', 'a.test']);
    assert.deepEqual([code, /could not be told: the token is not that of admin\.token/.test(err)], [1, true]);
  });

  it('is not missed when none runs', async () => {
    const cli = cliWith({ admin: { port: await freePort() } });
    const { code, out } = await cli.run(['allowed-host', 'add', 'a.test']);
    assert.deepEqual([code, /No gateway is running here \(nothing answers on http:\/\/127/.test(out)], [0, true]);
  });

  it('would have stood under the environment: that is said', async () => {
    const environment = { OMS_GATEWAY_ALLOWED_HOSTS: 'x.test' };
    const { err } = await cliWith().run(['allowed-host', 'add', 'a.test'], { environment });
    assert.match(err, /OMS_GATEWAY_ALLOWED_HOSTS is set in the environment: it stands over allowedHosts/);
  });
});
