import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CMDLETS } from '../../../src/cli/reference/cmdlets.ts';
import { readParameters } from '../../../src/cli/reference/parameters.ts';
import { packageFile } from '../../../src/config/package-file.ts';
import { cliWith } from '../../support/cli.ts';

/** The PowerShell module is not run here, for want of a PowerShell: its table is compared with ours. */

const MODULE = readFileSync(packageFile('config/powershell/OMSGateway.psm1'), 'utf8');
const MANIFEST = readFileSync(packageFile('config/powershell/OMSGateway.psd1'), 'utf8');
const OURS = CMDLETS.filter(({ name }) => name.includes('OMSGateway'));
const names = OURS.map(({ name }) => name);

/** Each function of the module with the text of its body. */
const functions = new Map(
  [...MODULE.matchAll(/^function (\S+) \{\n([^]*?)^\}$/gm)].map(([, name = '', body = '']) => [name, body]),
);

/** Names of parameters in `param(…)` with their aliases and positions. */
function parametersOf(
  body: string,
): { name: string; aliases: string[]; position: number | null; mandatory: boolean }[] {
  return [...body.matchAll(/((?:\[[^\n]*?\] )*)\$(\w+)(?=[,\n)])/g)].flatMap(([, attributes = '', name = '']) => {
    if (!/\[(?:string|switch|Parameter)/.test(attributes)) return [];
    const aliases = [...(/Alias\(([^)]*)\)/.exec(attributes)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
      ([, alias = '']) => alias,
    );
    const position = /Position = (\d)/.exec(attributes)?.[1];
    return [
      {
        name,
        aliases,
        position: position === undefined ? null : Number(position),
        mandatory: /Mandatory/.test(attributes),
      },
    ];
  });
}

describe('the PowerShell module', () => {
  it('has the functions of the table, and exports these alone', () => {
    const own = [...functions.keys()].filter((name) => name.includes('OMSGateway'));
    assert.deepEqual(own, names);
    const exported = [...(/FunctionsToExport = @\(([^)]*)\)/.exec(MANIFEST)?.[1] ?? '').matchAll(/'([^']+)'/g)];
    assert.deepEqual(
      exported.map(([, name]) => name),
      names,
    );
    const helpers = [...functions.keys()].filter((name) => !names.includes(name as (typeof names)[number]));
    assert.ok(helpers.length > 0 && helpers.every((name) => !/-OMSGateway/i.test(name)), 'helpers are not exported');
  });

  it('takes the parameters of the table, at the same positions, the required ones being mandatory', () => {
    for (const cmdlet of OURS) {
      const given = parametersOf(functions.get(cmdlet.name) ?? '').filter(({ name }) => name !== 'Force');
      assert.equal(given.length, cmdlet.parameters.length, cmdlet.name);
      for (const [index, { name, required = false }] of cmdlet.parameters.entries()) {
        const same = given.find((each) => each.name === name || each.aliases.includes(name));
        assert.deepEqual([same?.position, same?.mandatory], [index, required], `${cmdlet.name} -${name}`);
      }
    }
  });

  it('hands over parameters that the command reads, each as -Name:value', () => {
    for (const cmdlet of OURS) {
      const given = parametersOf(functions.get(cmdlet.name) ?? '');
      const words = given.map(({ name }) => (name === 'Force' ? '-Force' : `-${name}:x`));
      const read = readParameters(cmdlet, words);
      assert.ok(read.ok, `${cmdlet.name}: ${JSON.stringify(read)}`);
      assert.equal(read.given.values.size, cmdlet.parameters.length);
    }
  });

  it('hands the password over in the environment, which the command takes without a warning', async () => {
    const cli = cliWith();
    const environment = { OMS_GATEWAY_RELAY_PROXY_PASSWORD: 'hunter2' };
    const words = ['Set-OMSGatewayRelayProxy', '-Address:http://a.test:1', '-Username:user1'];
    const { code, err } = await cli.run(words, { environment });
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(cli.tree()['relayProxy'], { address: 'http://a.test:1', username: 'user1', password: 'hunter2' });
    assert.match(functions.get('Set-OMSGatewayRelayProxy') ?? '', /\$env:OMS_GATEWAY_RELAY_PROXY_PASSWORD = "\$plain"/);
  });
});
