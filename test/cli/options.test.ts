import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cliWith } from '../support/cli.ts';

/** Each command as the help names it. */
const COMMANDS = [
  ...['config get', 'config set', 'config unset', 'config validate', 'allowed-host add', 'allowed-host remove'],
  ...['allowed-host list', 'allowed-client-certificate add', 'allowed-client-certificate remove'],
  ...['allowed-client-certificate list', 'relay-proxy get', 'relay-proxy set', 'relay-proxy clear', 'preset list'],
  ...['preset add', 'preset remove', 'reload', 'restart', 'drain', 'setup'],
];

describe('options of commands', { concurrency: 2 }, () => {
  for (const command of COMMANDS) {
    it(`${command} has --help, --config and, where it prints data, --json`, async () => {
      const { code, out } = await cliWith().run([...command.split(' '), '--help']);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^Usage: oms-gateway ${command} `));
      assert.match(out, /--config <file>/);
      if (command !== 'setup') assert.match(out, /--json/);
    });
  }

  it('are told apart in groups by the help of the program', async () => {
    const { out } = await cliWith().run(['--help']);
    assert.match(
      out,
      /Run the gateway:\n[^]*What may be reached, and by whom:\n[^]*Configuration:\n[^]*The gateway that runs:/,
    );
    assert.match(out, /Add-OMSGatewayAllowedHost -Host www\.test\.com/);
  });
});
