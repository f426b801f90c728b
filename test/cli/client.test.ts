import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parsePasswordHash, verifyPassword } from '../../src/credentials/password-hash.ts';
import { cliWith } from '../support/cli.ts';

interface Users {
  readonly basicAuth: readonly { readonly username: string; readonly passwordHash: string }[];
}

describe('oms-gateway client', () => {
  it('adds users with a hash of their password, changes it, lists and removes them', async () => {
    const cli = cliWith();
    const users = (): Users['basicAuth'] => (cli.tree()['clients'] as Users).basicAuth;
    const fits = async (index: number, password: string): Promise<boolean> => {
      const hash = parsePasswordHash(users()[index]?.passwordHash ?? '');
      assert.ok(hash !== null);
      return await verifyPassword(password, hash);
    };
    const first = await cli.run(['client', 'add', 'agent', '--password-stdin'], { input: 'hunter2\n' });
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /agent may use the gateway now[\s\S]*From now on every client/);
    assert.ok(await fits(0, 'hunter2'));
    assert.ok(!cli.text().includes('hunter2'));
    assert.equal(statSync(cli.file).mode & 0o777, 0o600);
    const file = join(cli.directory, 'password');
    writeFileSync(file, 'hunter3\nmore\n');
    assert.equal((await cli.run(['client', 'add', 'other', '--password-file', file])).code, 0);
    assert.match((await cli.run(['client', 'add', 'agent', '--password-file', file])).out, /new password/);
    assert.ok(await fits(0, 'hunter3'));
    assert.equal((await cli.run(['client', 'list'])).out, 'agent\nother\n');
    assert.deepEqual(JSON.parse((await cli.run(['client', 'list', '--json'])).out), [
      { username: 'agent' },
      { username: 'other' },
    ]);
    assert.equal((await cli.run(['client', 'remove', 'agent'])).code, 0);
    assert.match((await cli.run(['client', 'remove', 'other'])).out, /no client has to say who it is any more/);
    assert.deepEqual(users(), []);
  });

  it('wants a password that a request can carry, and a user that there is', async () => {
    const cli = cliWith();
    assert.equal((await cli.run(['client', 'add', 'agent'])).code, 2);
    assert.equal((await cli.run(['client', 'add', 'agent', '--password-stdin'], { input: '\n' })).code, 2);
    assert.equal((await cli.run(['client', 'add', 'agent', '--password-stdin'], { input: 'a\u0007b' })).code, 2);
    assert.equal((await cli.run(['client', 'add', 'agent', '--password-file', '/nowhere'])).code, 2);
    assert.equal((await cli.run(['client', 'add', 'a:b', '--password-stdin'], { input: 'x' })).code, 78);
    assert.equal((await cli.run(['client', 'remove', 'agent'])).code, 1);
  });
});
