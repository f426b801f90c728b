import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { cliWith } from '../support/cli.ts';

const ADDRESS = 'http://www.myproxy.com:8080';
const SET = ['relay-proxy', 'set', ADDRESS];
const AS_USER = [...SET, '--username', 'user1'];

describe('oms-gateway relay-proxy', () => {
  it('is set without credentials, shown and cleared', async () => {
    const cli = cliWith();
    assert.equal(
      (await cli.run(['relay-proxy', 'get'])).out,
      'No relay proxy is set: the gateway connects directly.\n',
    );
    assert.equal((await cli.run(SET)).code, 0);
    assert.deepEqual(cli.tree()['relayProxy'], { address: ADDRESS });
    assert.match((await cli.run(['relay-proxy', 'get'])).out, /^Address +: http:\/\/www\.myproxy\.com:8080\n$/);
    assert.equal((await cli.run(['relay-proxy', 'clear'])).code, 0);
    assert.deepEqual(cli.tree(), { admin: { port: 0 } });
  });

  it('takes the password from standard input or the environment, and shows it nowhere', async () => {
    for (const [words, options] of [
      [[...AS_USER, '--password-stdin'], { input: 'hunter2\n' }],
      [AS_USER, { environment: { OMS_GATEWAY_RELAY_PROXY_PASSWORD: 'hunter2' } }],
    ] as const) {
      const cli = cliWith();
      const set = await cli.run(words, options);
      assert.equal(set.code, 0, set.err);
      assert.deepEqual(cli.tree()['relayProxy'], { address: ADDRESS, username: 'user1', password: 'hunter2' });
      assert.equal(statSync(cli.file).mode & 0o777, 0o600);
      const outputs = [set, await cli.run(['relay-proxy', 'get']), await cli.run(['config', 'get'])];
      outputs.push(
        await cli.run(['relay-proxy', 'get', '--json']),
        await cli.run(['config', 'get', 'relayProxy.password']),
      );
      for (const { out, err } of outputs) assert.ok(!(out + err).includes('hunter2'));
      assert.match(outputs[1]?.out ?? '', /^Password +: \*\*\*$/m);
    }
  });

  it('names a password file instead of copying it', async () => {
    const cli = cliWith();
    const file = join(cli.directory, 'password');
    writeFileSync(file, 'hunter2\n');
    assert.equal(
      (await cli.run([...AS_USER, '--password-file', file, '--bypass', '*.local.test, 10.0.0.0/8'])).code,
      0,
    );
    assert.deepEqual(cli.tree()['relayProxy'], {
      address: ADDRESS,
      username: 'user1',
      passwordFile: file,
      bypass: ['*.local.test', '10.0.0.0/8'],
    });
  });

  it('forgets old credentials, and keeps the rest of the section', async () => {
    const before = { address: 'http://a.test', username: 'u', password: 'p', bypass: ['b.test'] };
    const cli = cliWith({ relayProxy: before });
    assert.equal((await cli.run(SET)).code, 0);
    assert.deepEqual(cli.tree()['relayProxy'], { address: ADDRESS, bypass: ['b.test'] });
  });

  it('shows a list with what goes past each of its relays', async () => {
    const relays = [{ address: 'http://a.test:1', bypass: ['b.test', '*.c.test'] }, { address: 'http://d.test:1' }];
    const { code, out } = await cliWith({ relayProxy: relays }).run(['relay-proxy', 'get']);
    assert.equal(code, 0);
    assert.match(out, /b\.test, \*\.c\.test/);
  });

  it('replaces a list, and says so', async () => {
    const cli = cliWith({
      relayProxy: [{ address: 'http://a.test' }, { address: 'http://b.test', username: 'u', password: 'hunter2' }],
    });
    const shown = await cli.run(['relay-proxy', 'get']);
    assert.match(shown.out, /a\.test\n\nAddress +: http:\/\/b\.test\n.*\nPassword +: \*\*\*/);
    assert.match((await cli.run(SET)).out, /The list of 2 relay proxies/);
    assert.deepEqual(cli.tree()['relayProxy'], { address: ADDRESS });
  });

  it('refuses half credentials and credentials in the address', async () => {
    const cli = cliWith();
    for (const [words, code, said] of [
      [AS_USER, 2, /needs a password/],
      [[...SET, '--password-stdin'], 2, /needs a user name/],
      [['relay-proxy', 'set', 'http://u:hunter2@a.test'], 2, /has a user name or password in it/],
      [['relay-proxy', 'set', 'ftp://a.test'], 78, /scheme ftp/],
      [['relay-proxy', 'set'], 2, /address/],
    ] as const) {
      const result = await cli.run(words);
      assert.equal(result.code, code, words.join(' '));
      assert.match(result.err, said);
      assert.ok(!result.err.includes('hunter2'));
    }
    assert.deepEqual(cli.tree(), { admin: { port: 0 } });
  });
});
