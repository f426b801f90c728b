import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Command } from 'commander';
import { addConfigOptions, configFile, loadFor } from '../../src/cli/sources.ts';
import { KEYS } from '../../src/config/keys.ts';
import { packageFile } from '../../src/config/package-file.ts';

const SHIPPED = packageFile('config/gateway.json');

function parsed(...words: string[]): Command {
  const command = addConfigOptions(new Command('start').exitOverride(), true).action(() => undefined);
  return command.parse(words, { from: 'user' });
}

/** Runs `action` with OMS_GATEWAY_CONFIG set so. */
function withVariable<Result>(value: string | undefined, action: () => Result): Result {
  const before = process.env['OMS_GATEWAY_CONFIG'];
  const set = (text: string | undefined): void => {
    if (text === undefined) delete process.env['OMS_GATEWAY_CONFIG'];
    else process.env['OMS_GATEWAY_CONFIG'] = text;
  };
  set(value);
  try {
    return action();
  } finally {
    set(before);
  }
}

describe('the configuration a command works on', () => {
  it('is the file of --config, the last one when it is given twice', () => {
    const file = withVariable('v.json', () => configFile(parsed('--config', 'a.json', '--config', 'b.json').opts()));
    assert.equal(file, 'b.json');
  });

  it('is the file of OMS_GATEWAY_CONFIG without --config', () => {
    assert.equal(
      withVariable('v.json', () => configFile(parsed().opts())),
      'v.json',
    );
  });

  it('is the file of the system or of the package when nothing is named, an empty variable included', () => {
    for (const value of [undefined, '']) {
      const file = withVariable(value, () => configFile(parsed().opts()));
      assert.ok(['/etc/oms-gateway/gateway.json', SHIPPED].includes(file), file);
    }
  });

  it('takes every key as a flag', () => {
    for (const { path, flag, fallback } of KEYS) {
      const text = typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
      const loaded = loadFor(parsed('--config', SHIPPED, flag, text));
      assert.ok(loaded.ok, flag);
      const value = path.reduce<unknown>((each, name) => (each as Record<string, unknown>)[name], loaded.config);
      assert.deepEqual(value, fallback, flag);
    }
  });

  it('names the flag of a wrong value', () => {
    const loaded = loadFor(parsed('--config', SHIPPED, '--listen-port', '-1'));
    assert.ok(!loaded.ok);
    assert.deepEqual(loaded.problems, [
      {
        path: 'listen.port (from --listen-port)',
        message: '-1 is not a port; expected a whole number from 1 to 65535',
      },
    ]);
  });
});
