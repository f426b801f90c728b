import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FailureNotices, changeBetween, downloadedName } from '../../src/lists/source.ts';

describe('sources of hosts', () => {
  it('tell a change as what was added and what was removed', () => {
    assert.deepEqual(changeBetween('x', ['a', 'b'], ['b', 'c']), { list: 'x', added: ['c'], removed: ['a'] });
    assert.deepEqual(changeBetween('x', ['a', 'b'], ['b', 'a']), { list: 'x', added: [], removed: [] });
  });

  it('are named without the query of their address, which may be a signature', () => {
    assert.equal(downloadedName('https://a.test/list'), 'host list https://a.test/list');
    assert.equal(downloadedName('https://a.test/list?sv=1&sig=hunter2'), 'host list https://a.test/list?***');
  });

  it('tell a failure once, another one again, and the end of it', () => {
    const said: string[] = [];
    const failures = new FailureNotices('x', { changed: () => undefined, notice: (notice) => said.push(notice) });
    failures.worked();
    for (let count = 0; count < 5; count += 1) failures.failed('down', 3);
    failures.failed('slow', 3);
    failures.worked();
    failures.worked();
    assert.deepEqual(said, ['host-list-failed', 'host-list-failed', 'host-list-works']);
  });
});
