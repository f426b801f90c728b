import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';
import { MAIN } from '../support/gateway.ts';
import { runProgram } from '../support/programs.ts';

const run = (...words: string[]) => runProgram(process.execPath, [MAIN, ...words]);

function configFile(tree: object): string {
  const file = join(mkdtempSync(join(tmpdir(), 'oms-gateway-cli-')), 'gateway.json');
  writeFileSync(file, JSON.stringify(tree));
  return file;
}

describe('oms-gateway', () => {
  it('tells wrong usage with 2 and help with 0', async () => {
    assert.equal((await run('nonsense')).code, 2);
    assert.equal((await run('check')).code, 2);
    const help = await run('--help');
    assert.deepEqual([help.code, /start.*check.*config/s.test(help.stdout)], [0, true]);
  });

  it('does not start with a port that is none: event 401 and exit 78', async () => {
    const result = await run('start', '--config', configFile({ listen: { port: 70000 } }));
    assert.equal(result.code, 78);
    const event = JSON.parse(result.stdout) as { event: number; msg: string };
    assert.equal(event.event, 401);
    assert.match(event.msg, /listen\.port: 70000 is not a port; expected a whole number from 1 to 65535/);
    assert.match(result.stderr, /^oms-gateway: listen\.port: 70000 is not a port/);
  });

  it('says what to do when the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const result = await run('start', '--config', configFile({ listen: { host: '127.0.0.1', port } }));
    server.close();
    assert.equal(result.code, 1);
    assert.match(result.stderr, /another program uses this port/);
  });
});

describe('oms-gateway config validate', () => {
  it('passes the configuration that comes with the package', async () => {
    const result = await run('config', 'validate', packageFile('config/gateway.json'));
    assert.deepEqual([result.code, /: ok \(port 8080, /.test(result.stdout)], [0, true]);
  });

  it('names every problem and exits 78', async () => {
    const result = await run('config', 'validate', configFile({ prot: 1, listen: { port: 0 } }));
    assert.equal(result.code, 78);
    assert.equal(result.stderr.trim().split('\n').length, 2);
  });
});

describe('oms-gateway check', () => {
  const file = configFile({
    allowedHosts: ['a.test', 'b.test'],
    dns: { hosts: { 'a.test': '10.0.0.1', 'b.test': '127.0.0.1' } },
  });

  it('explains what allows a host, and that it may be dialed', async () => {
    const result = await run('check', 'A.test.', '--config', file);
    assert.equal(result.code, 0);
    assert.match(
      result.stdout,
      /a\.test:443: allowed\n {2}policy {4}allowed by allowedHosts: a\.test\n {2}address {3}10\.0\.0\.1 may be dialed/,
    );
  });

  it('explains a refusal, with what to configure', async () => {
    const result = await run('check', 'evil.test:443', '--config', file);
    assert.equal(result.code, 1);
    assert.match(result.stdout, /Target host \(evil\.test\) is forbidden/);
    assert.match(result.stdout, /remedy {4}add "evil\.test" to allowedHosts/);
  });

  it('knows what lists allow, as the gateway does', async () => {
    const list = `${file}.list`;
    writeFileSync(list, 'listed.test\n');
    const listing = configFile({ hostLists: [{ file: list }], dns: { hosts: { 'listed.test': '10.0.0.1' } } });
    const result = await run('check', 'listed.test', '--config', listing);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.match(result.stdout, /allowed by host list .*: listed\.test/);
  });

  it('explains an address that the guard refuses', async () => {
    const result = await run('check', 'b.test', '--config', file, '--json');
    assert.equal(result.code, 1);
    const { addresses } = JSON.parse(result.stdout) as { addresses: { allow: boolean; text: string }[] };
    assert.deepEqual(addresses, [{ address: '127.0.0.1', allow: false, text: '127.0.0.1: it is a loopback address' }]);
  });

  it('connects with --dial and says what happened', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const more = ['--config', file, '--address-guard-allow', '127.0.0.0/8', '--allowed-ports', String(port), '--dial'];
    const up = await run('check', `b.test:${port}`, ...more);
    server.close();
    assert.deepEqual([up.code, /dial {6}127\.0\.0\.1 connected in/.test(up.stdout)], [0, true]);
    const down = await run('check', `b.test:${port}`, ...more);
    assert.deepEqual([down.code, /nothing listens there/.test(down.stdout)], [1, true]);
  });
});
