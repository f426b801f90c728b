import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cliWith } from '../support/cli.ts';

describe('oms-gateway preset', () => {
  it('adds and removes presets, each spelling of a region being the same', async () => {
    const cli = cliWith();
    assert.equal((await cli.run(['preset', 'add', 'azure-monitor', 'hybrid-worker/westeurope'])).code, 0);
    assert.match((await cli.run(['preset', 'add', 'hybrid-worker/we'])).out, /in use already/);
    assert.equal((await cli.run(['preset', 'remove', 'hybrid-worker/West Europe'])).code, 0);
    assert.deepEqual(cli.tree()['presets'], ['azure-monitor']);
    const wrong = await cli.run(['preset', 'add', 'azure-moniter']);
    assert.deepEqual([wrong.code, /did you mean "azure-monitor"/.test(wrong.err)], [78, true]);
    assert.equal((await cli.run(['preset', 'remove', 'azure-monitor-blob'])).code, 1);
  });

  it('lists what there is, and what one allows in the configured cloud', async () => {
    const cli = cliWith({ cloud: 'china', presets: ['azure-monitor'] });
    const all = await cli.run(['preset', 'list']);
    assert.match(all.out, /^azure-monitor \(in use\): /m);
    assert.match(all.out, /^hybrid-worker\/REGION: .*\n.*\bchinaeast2\b|westeurope/m);
    const one = await cli.run(['preset', 'list', 'azure-monitor']);
    assert.match(one.out, /^ {2}\*\.ods\.opinsights\.azure\.cn$/m);
    assert.match(one.out, /Source: .*, read 2026-/);
    const json = await cli.run(['preset', 'list', 'hybrid-worker/we', '--json']);
    const [preset] = JSON.parse(json.out) as { name: string; inUse: boolean; hosts: Record<string, string[]> }[];
    assert.deepEqual([preset?.name, preset?.inUse, preset?.hosts['china']?.length], ['hybrid-worker/we', false, 2]);
    assert.equal((await cli.run(['preset', 'list', 'moon'])).code, 1);
  });

  it('lists without a configuration as well', async () => {
    assert.equal((await cliWith().run(['preset', 'list', '--config', '/nowhere/g.json'])).code, 0);
  });
});
