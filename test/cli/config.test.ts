import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';
import { MAIN } from '../support/gateway.ts';
import { runProgram } from '../support/programs.ts';

const run = (...words: string[]) => runProgram(process.execPath, [MAIN, 'config', ...words]);
const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-validate-'));

function configFile(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

describe('oms-gateway config validate', () => {
  it('says ok with a summary', async () => {
    const file = configFile('good.json', '{ "allowedHosts": ["a.com", "*.b.com"], "allowedPorts": [443, 8443] }');
    const { code, stdout, stderr } = await run('validate', file);
    assert.deepEqual(
      [code, stdout, stderr],
      [0, `${file}: ok (port 8080, 2 allowed host rules, to ports 443, 8443)\n`, ''],
    );
  });

  it('says every problem on a line of its own and exits 78', async () => {
    const file = configFile('bad.json', '{ "listen": { "port": 70000, "prot": 1 }, "admin": { "token": "hunter2" } }');
    const { code, stdout, stderr } = await run('validate', file);
    assert.deepEqual([code, stdout], [78, '']);
    assert.deepEqual(stderr.trimEnd().split('\n').sort(), [
      `${file}: admin.token: (a hidden value) is shorter than 16 characters`,
      `${file}: listen.port: 70000 is not a port; expected a whole number from 1 to 65535`,
      `${file}: listen.prot: unknown key; did you mean "port"? known keys: host, port, proxyProtocol, trustedProxies, tls`,
    ]);
  });

  it('names a file once whose form is wrong, with line and column', async () => {
    const file = configFile('form.json', '{\n  "listen": {},\n}');
    const missing = join(directory, 'missing.json');
    assert.deepEqual(
      [(await run('validate', file)).stderr, (await run('validate', missing)).stderr],
      [
        `${file}:3:1: is not valid JSON: "}" stands here after a comma; expected a key in double quotes\n`,
        `${missing}: there is no such file\n`,
      ],
    );
  });

  it('answers in JSON with --json', async () => {
    const good = await run('validate', '--json', configFile('one.json', '{}'));
    assert.deepEqual([good.code, JSON.parse(good.stdout)], [0, { ok: true, problems: [] }]);
    const bad = await run('validate', '--json', configFile('two.json', '{ "workers": 0 }'));
    const message = '0 is not a number of workers; expected "auto" or a whole number from 1 to 256';
    assert.deepEqual([bad.code, JSON.parse(bad.stdout)], [78, { ok: false, problems: [{ path: 'workers', message }] }]);
  });

  it('judges the file alone, not what the environment would make of it', async () => {
    const { code } = await runProgram('env', [
      'OMS_GATEWAY_LISTEN_PORT=0',
      ...[process.execPath, MAIN, 'config', 'validate', configFile('alone.json', '{}')],
    ]);
    assert.equal(code, 0);
  });

  it('takes the file that commands work on when none is named', async () => {
    const file = configFile('named.json', '{}');
    assert.equal(
      (await run('validate', '--config', file)).stdout,
      `${file}: ok (port 8080, 0 allowed host rules, to port 443)\n`,
    );
  });
});

describe('oms-gateway config schema', () => {
  it('prints the schema that comes with the package', async () => {
    const { code, stdout } = await run('schema');
    assert.deepEqual([code, stdout], [0, readFileSync(packageFile('config/gateway.schema.json'), 'utf8')]);
  });
});
