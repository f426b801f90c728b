import assert from 'node:assert/strict';
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { failureLines } from '../../src/cli/edit.ts';
import { cliWith } from '../support/cli.ts';

describe('a command that edits the file', () => {
  it('says who holds the lock, fails, and leaves the file', async () => {
    const cli = cliWith();
    const before = cli.text();
    writeFileSync(`${cli.file}.lock`, JSON.stringify({ pid: process.pid, host: hostname(), since: Date.now() }));
    const { code, err } = await cli.run(['allowed-host', 'add', 'a.test']);
    assert.deepEqual([code, cli.text()], [1, before]);
    assert.match(err, new RegExp(`process ${process.pid} on .* is editing it; nothing was written`));
  });

  it('says why a file cannot be written, in words where there are some', () => {
    for (const [failed, line] of [
      [
        { kind: 'unwritable', code: 'EACCES' },
        'f: cannot be written (this user may not write there); nothing was written.',
      ],
      [{ kind: 'unwritable', code: 'EIO' }, 'f: cannot be written (error EIO); nothing was written.'],
      [
        { kind: 'locked', owner: 'process 7 on a' },
        'f: process 7 on a is editing it; nothing was written. If it is gone, delete f.lock.',
      ],
    ] as const) {
      assert.deepEqual(failureLines('f', { ok: false, ...failed }), [line]);
    }
  });

  it('says what is wrong with a file that is missing or no JSON, and only that', () => {
    const problems = [{ path: 'f:1:2', message: 'is not valid JSON' }];
    assert.deepEqual(failureLines('f', { ok: false, kind: 'wrong', problems }), ['f:1:2: is not valid JSON']);
    const [first] = failureLines('f', { ok: false, kind: 'wrong', problems: [{ path: 'log', message: 'x' }] });
    assert.equal(first, 'Nothing was written: f would be wrong.');
  });

  it('loses none of many edits by many programs', async () => {
    const cli = cliWith();
    const hosts = Array.from({ length: 8 }, (_, index) => `h${index}.test`);
    const codes = await Promise.all(hosts.map(async (host) => (await cli.run(['allowed-host', 'add', host])).code));
    assert.deepEqual(new Set(codes), new Set([0]));
    assert.deepEqual([...(cli.tree()['allowedHosts'] as string[])].sort(), hosts);
  });

  it('edits the file behind a link, and answers in JSON', async () => {
    const cli = cliWith();
    const link = join(cli.directory, 'link.json');
    symlinkSync(cli.file, link);
    const { code, out } = await cli.run(['allowed-host', 'add', 'a.test', '--json', '--config', link]);
    assert.deepEqual(
      [code, JSON.parse(out)],
      [
        0,
        {
          ok: true,
          file: link,
          changed: true,
          written: true,
          gateway: { state: 'off' },
          said: [`a.test is allowed now (${link}).`],
          warnings: [],
        },
      ],
    );
    assert.deepEqual(cli.tree()['allowedHosts'], ['a.test']);
    assert.equal(statSync(cli.file).mode & 0o777, 0o644);
    const wrong = await cli.run(['allowed-host', 'add', '*', '--json']);
    const { ok, problems } = JSON.parse(wrong.out) as { ok: boolean; problems: { path: string }[] };
    assert.deepEqual(
      [wrong.code, ok, problems.map(({ path }) => path), wrong.err],
      [78, false, ['allowedHosts[1]'], ''],
    );
  });
});
