import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';
import { MAIN } from '../support/gateway.ts';
import { runProgram } from '../support/programs.ts';

const CONFIG = packageFile('config/gateway.json');

describe('oms-gateway check --engine', () => {
  for (const [flags, code, said] of [
    [['--engine'], 0, /^(?:linux|portable): .+\n$/],
    [['--engine', '--relay-proxy-address', 'https://relay.test:443'], 0, /^portable: .*relay/],
    [['--engine', '--json'], 0, /"engine": "(?:linux|portable)"/],
    [['--engine', 'portable', 'www.test.com'], 1, /Target host \(www\.test\.com\) is forbidden/],
  ] as const) {
    it(`answers ${flags.join(' ')}`, async () => {
      const run = await runProgram(process.execPath, [MAIN, 'check', ...flags, '--config', CONFIG]);
      assert.equal(run.code, code, run.stderr);
      assert.match(run.stdout, said);
    });
  }
});
