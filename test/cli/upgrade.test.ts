import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';
import { cliWith } from '../support/cli.ts';
import { startFakeAdmin } from '../support/fake-admin.ts';
import { freePort } from '../support/gateway.ts';

const own = `/upgrade?package=${encodeURIComponent(packageFile(''))}`;
const other = `/upgrade?package=${encodeURIComponent('/opt/new')}`;

describe('oms-gateway upgrade', () => {
  it('asks for its own package or the one that is named, and tells what came of it', async () => {
    const admin = await startFakeAdmin({
      [own]: { status: 200, body: { ok: true, version: '2.0.0', pid: 17 } },
      [other]: { status: 422, body: { ok: false, why: 'it did not serve' } },
    });
    after(() => {
      admin.close();
    });
    const cli = cliWith({ admin: { port: admin.port } });
    const done = await cli.run(['upgrade']);
    assert.deepEqual([done.code, done.err], [0, '']);
    assert.equal(done.out, 'Version 2.0.0 serves as process 17; the one before finishes its tunnels within 30 s.\n');
    const failed = await cli.run(['upgrade', '/opt/new']);
    assert.deepEqual([failed.code, failed.err], [1, 'oms-gateway: Nothing has changed: it did not serve.\n']);
    const told = await cli.run(['upgrade', '/opt/new', '--json']);
    assert.deepEqual([told.code, JSON.parse(told.out)], [1, { ok: false, why: 'it did not serve' }]);
  });

  it('says when no gateway can be asked', async () => {
    const nobody = await cliWith({ admin: { port: await freePort() } }).run(['upgrade']);
    assert.equal(nobody.code, 1);
    assert.match(nobody.err, /No gateway is running here/);
    const off = await cliWith().run(['upgrade']);
    assert.equal(off.code, 1);
    assert.match(off.err, /admin\.port is 0, so a running gateway cannot be asked/);
    const wrong = cliWith({ x: 1 });
    assert.equal((await wrong.run(['upgrade'])).code, 78);
  });
});
