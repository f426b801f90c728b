import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { Download } from '../../src/lists/download.ts';
import { DownloadedList } from '../../src/lists/downloaded-list.ts';

const URL_ = 'https://lists.example/hosts';

describe('a downloaded list', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'oms-gateway-list-'));
    mock.timers.enable({ apis: ['setTimeout'] });
  });
  afterEach(() => {
    mock.timers.reset();
    rmSync(directory, { recursive: true });
  });

  /** A list whose downloads come from `script`, and what it said. */
  function play(
    script: Download[],
    stateDirectory = directory,
  ): { list: DownloadedList; said: string[]; asked: string[] } {
    const said: string[] = [];
    const asked: string[] = [];
    const options = {
      url: URL_,
      refreshSeconds: 3600,
      stateDirectory,
      random: () => 0.5,
      download: ({ etag }: { etag: string }): Promise<Download> => {
        asked.push(etag);
        return Promise.resolve(script.shift() ?? { state: 'failed', detail: 'the script is over' });
      },
    };
    const list = new DownloadedList(options, {
      changed: ({ added, removed }) => said.push(`+${added.join()} -${removed.join()}`),
      notice: (notice, { detail }) => said.push(`${notice}${detail === undefined ? '' : `: ${String(detail)}`}`),
    });
    return { list, said, asked };
  }
  const later = async (seconds: number): Promise<void> => {
    mock.timers.tick(seconds * 1000);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  const text = (hosts: string, etag = ''): Download => ({ state: 'new', text: hosts, etag, lastModified: '' });

  it('tells what was added and removed, and nothing when nothing changed', async () => {
    const { list, said, asked } = play([
      text('a.test\nb.test', '"1"'),
      { state: 'unchanged' },
      text('b.test\nc.test'),
      text('c.test\nb.test'),
    ]);
    list.start();
    await later(0);
    for (let count = 0; count < 3; count += 1) await later(3600);
    assert.deepEqual(said, ['+a.test,b.test -', '+c.test -a.test']);
    assert.deepEqual(asked, ['', '"1"', '"1"', '']);
    assert.deepEqual(list.entries, ['c.test', 'b.test']);
    list.stop();
  });

  it('keeps what was good last when the source fails, tells it once, asks again sooner, and tells that it works', async () => {
    const failed: Download = { state: 'failed', detail: 'it answered 500' };
    const { list, said, asked } = play([text('a.test'), failed, failed, failed, text('<html>'), text('a.test')]);
    list.start();
    await later(0);
    await later(3600);
    assert.equal(asked.length, 2);
    // 60 s, then twice as long each time.
    await later(59);
    assert.equal(asked.length, 2);
    await later(1);
    await later(120);
    await later(240);
    await later(480);
    assert.equal(asked.length, 6);
    assert.deepEqual(list.entries, ['a.test']);
    assert.deepEqual(said.slice(0, 2), ['+a.test -', 'host-list-failed: it answered 500']);
    assert.match(said[2] ?? '', /^host-list-failed: the list is none/);
    assert.deepEqual(said.slice(3), ['host-list-works']);
    list.stop();
  });

  it('starts with its copy, before anything is downloaded', async () => {
    const first = play([text('a.test')]);
    assert.equal(first.list.readAtMs, null);
    first.list.start();
    await later(0);
    first.list.stop();
    const readAtMs = first.list.readAtMs;
    assert.ok(readAtMs !== null && readAtMs <= Date.now());
    const second = play([{ state: 'failed', detail: 'offline' }]);
    assert.deepEqual(second.list.entries, ['a.test']);
    second.list.start();
    await later(0);
    assert.deepEqual([second.list.entries, second.said], [['a.test'], ['host-list-failed: offline']]);
    assert.equal(second.list.readAtMs, readAtMs, 'as old as the copy');
    second.list.stop();
  });

  it('is in effect, and said to be without a copy, when the directory cannot be written', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const { list, said } = play([text('a.test')], join(file, 'below'));
    list.start();
    await later(0);
    assert.deepEqual(list.entries, ['a.test']);
    assert.match(said[1] ?? '', /its copy cannot be written .*ENOTDIR/);
    list.stop();
  });
});
