import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cliWith } from '../support/cli.ts';

const ID = '0a1b2c3d-0000-4000-8000-000000000000';

describe('oms-gateway allowed-host', () => {
  it('adds hosts, says so, and does not add what is there in another spelling', async () => {
    const cli = cliWith({ allowedHosts: ['WWW.Test.com'] });
    const { code, out } = await cli.run(['allowed-host', 'add', 'a.test', '*.X.com', 'www.test.com.', '10.1.2.3/16']);
    assert.equal(code, 0);
    assert.deepEqual(cli.tree()['allowedHosts'], ['WWW.Test.com', 'a.test', '*.X.com', '10.1.2.3/16']);
    assert.match(out, /^a\.test is allowed now \(.*gateway\.json\)\.$/m);
    assert.match(out, /^www\.test\.com\. is allowed already/m);
    const again = await cli.run(['allowed-host', 'add', '*.x.com', '10.1.0.0/16']);
    assert.deepEqual(
      [again.code, cli.tree()['allowedHosts']],
      [0, ['WWW.Test.com', 'a.test', '*.X.com', '10.1.2.3/16']],
    );
  });

  it('refuses what the schema refuses, and adds none of the rest either', async () => {
    const cli = cliWith();
    const { code, err } = await cli.run(['allowed-host', 'add', 'a.test', '*', 'http://b.test', '*.com']);
    assert.deepEqual([code, cli.tree()], [78, { admin: { port: 0 } }]);
    assert.match(err, /Nothing was written/);
    assert.equal(err.match(/allowedHosts\[\d\]/g)?.length, 3);
  });

  it('removes every spelling, all hosts or none', async () => {
    const cli = cliWith({ allowedHosts: ['A.test', 'b.test', 'a.test.'] });
    const missing = await cli.run(['allowed-host', 'remove', 'a.test', 'c.test']);
    assert.deepEqual([missing.code, cli.tree()['allowedHosts']], [1, ['A.test', 'b.test', 'a.test.']]);
    assert.match(missing.err, /c\.test is not on the list/);
    assert.equal((await cli.run(['allowed-host', 'remove', 'a.TEST'])).code, 0);
    assert.deepEqual(cli.tree()['allowedHosts'], ['b.test']);
  });

  it('says when a removed host stays allowed by another rule', async () => {
    const cli = cliWith({ allowedHosts: ['a.x.com', '*.x.com'] });
    const { out } = await cli.run(['allowed-host', 'remove', 'a.x.com']);
    assert.match(out, /^a\.x\.com stays allowed, by allowedHosts: \*\.x\.com\.$/m);
  });

  it('lists local hosts, and with --all those of every source with their origin', async () => {
    const cli = cliWith({ allowedHosts: ['a.test'], presets: ['hybrid-worker/we'], workspaces: [ID] });
    assert.equal((await cli.run(['allowed-host', 'list'])).out, 'a.test\n');
    const all = await cli.run(['allowed-host', 'list', '--all']);
    assert.deepEqual(
      all.out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/\s{2,}/)),
      [
        ['a.test', 'allowedHosts'],
        ['we-jobruntimedata-prod-su1.azure-automation.net', 'preset hybrid-worker/we'],
        ['we-agentservice-prod-1.azure-automation.net', 'preset hybrid-worker/we'],
        [`${ID}.oms.opinsights.azure.com`, `workspace ${ID}`],
        [`${ID}.ods.opinsights.azure.com`, `workspace ${ID}`],
        [`${ID}.agentsvc.azure-automation.net`, `workspace ${ID}`],
      ],
    );
    const json = await cli.run(['allowed-host', 'list', '--json']);
    assert.deepEqual(JSON.parse(json.out), [{ host: 'a.test', origin: 'allowedHosts' }]);
  });

  it('is told wrong usage by 2 and a wrong file by 78', async () => {
    const cli = cliWith({ prot: 1 });
    assert.equal((await cli.run(['allowed-host', 'add'])).code, 2);
    assert.equal((await cli.run(['allowed-host', 'list'])).code, 78);
    assert.match((await cli.run(['allowed-host', 'add', 'a.test'])).err, /prot: unknown key/);
    assert.equal((await cli.run(['allowed-host', 'list', '--config', `${cli.directory}/none`])).code, 78);
  });
});
