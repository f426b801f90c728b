import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { saveCopy } from '../../src/lists/store.ts';
import { cliWith } from '../support/cli.ts';

const URL = 'https://lists.test/hosts';

describe('hosts of lists', () => {
  it('are shown by allowed-host list --all, from files and from the last good copy of downloads', async () => {
    const cli = cliWith();
    const list = join(cli.directory, 'hosts.txt');
    writeFileSync(list, '# ours\na.test\n*.b.test\n');
    const tree = { admin: { port: 0 }, hostLists: [{ file: list }, { url: URL }, { file: '/nowhere' }] };
    cli.write(JSON.stringify(tree));
    const copy = { url: URL, etag: '', lastModified: '', readAtMs: null, entries: ['c.test'] };
    saveCopy(join(cli.directory, 'state'), copy);
    const shown = async (environment = {}) =>
      JSON.parse((await cli.run(['allowed-host', 'list', '--all', '--json'], { environment })).out) as object[];
    const ofFile = ['a.test', '*.b.test'].map((host) => ({ host, origin: `host list ${list}` }));
    assert.deepEqual(await shown(), [...ofFile, { host: 'c.test', origin: `host list ${URL}` }]);
    const elsewhere = join(cli.directory, 'elsewhere');
    assert.deepEqual(await shown({ STATE_DIRECTORY: elsewhere }), ofFile);
    saveCopy(elsewhere, { ...copy, entries: ['d.test'] });
    assert.deepEqual(await shown({ STATE_DIRECTORY: elsewhere }), [
      ...ofFile,
      { host: 'd.test', origin: `host list ${URL}` },
    ]);
    assert.match((await cli.run(['allowed-host', 'list'])).err, /No host is allowed by name/);
  });
});
