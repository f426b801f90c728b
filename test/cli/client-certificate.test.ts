import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cliWith } from '../support/cli.ts';

const SUBJECT = 'CN=Hybrid Runbook Worker, OU=Azure Automation';

describe('oms-gateway allowed-client-certificate', () => {
  it('adds, lists and removes subjects, and says when checking begins and ends', async () => {
    const cli = cliWith();
    const first = await cli.run(['allowed-client-certificate', 'add', SUBJECT, 'mycert']);
    assert.deepEqual([first.code, cli.tree()['allowedClientCertificates']], [0, [SUBJECT, 'mycert']]);
    assert.match(first.out, /From now on client certificates are checked/);
    const same = await cli.run(['allowed-client-certificate', 'add', 'cn=hybrid runbook worker,ou=Azure Automation']);
    assert.match(same.out, /allowed already/);
    assert.equal((await cli.run(['allowed-client-certificate', 'list'])).out, `${SUBJECT}\nmycert\n`);
    const last = await cli.run(['allowed-client-certificate', 'remove', 'MYCERT', SUBJECT]);
    assert.match(last.out, /client certificates are not checked any more/);
    assert.deepEqual(cli.tree()['allowedClientCertificates'], []);
    const json = await cli.run(['allowed-client-certificate', 'list', '--json']);
    assert.deepEqual(JSON.parse(json.out), []);
  });

  it('refuses what is no subject, and fails on one that is not there', async () => {
    const cli = cliWith();
    assert.equal((await cli.run(['allowed-client-certificate', 'add', '*'])).code, 78);
    assert.equal((await cli.run(['allowed-client-certificate', 'remove', 'x'])).code, 1);
  });
});
