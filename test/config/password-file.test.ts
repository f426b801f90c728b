import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Loaded } from '../../src/config/load.ts';
import { check } from '../../src/config/load.ts';
import { readPasswordFiles } from '../../src/config/password-file.ts';
import { relaysOf } from '../../src/config/relays.ts';

describe('a password file', () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oms-gateway-password-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  const file = (content: string): string => {
    const path = join(directory, 'password');
    writeFileSync(path, content);
    return path;
  };
  const read = (passwordFile: string): Loaded =>
    readPasswordFiles(check({ relayProxy: { address: 'http://r.test:1', username: 'u', passwordFile } }));

  it('gives its first line, whatever ends it, for one relay and for each of a list', () => {
    for (const content of ['secret word', 'secret word\n', 'secret word\r\nsecond line']) {
      const loaded = read(file(content));
      assert.ok(loaded.ok);
      assert.equal(relaysOf(loaded.config)[0]?.password, 'secret word');
    }
    const one = { address: 'http://r.test:1', username: 'u' };
    const relayProxy = [one, { ...one, passwordFile: file('of the second') }];
    const loaded = readPasswordFiles(check({ relayProxy }));
    assert.ok(loaded.ok);
    assert.deepEqual(
      relaysOf(loaded.config).map(({ password }) => password),
      ['', 'of the second'],
    );
  });

  it('is a wrong configuration when it is missing, empty, too large or no text; what it holds is not shown', () => {
    for (const [path, expected] of [
      [join(directory, 'none'), /cannot be read \(ENOENT\)/],
      [directory, /cannot be read \(EISDIR\)/],
      [file(''), /is empty/],
    ] as const) {
      const loaded = read(path);
      assert.ok(!loaded.ok);
      assert.match(loaded.problems[0]?.message ?? '', expected);
      assert.equal(loaded.problems[0]?.path, 'relayProxy.passwordFile');
    }
    for (const content of ['x'.repeat(5000), 'se\u0000cret']) {
      const loaded = read(file(content));
      assert.ok(!loaded.ok);
      assert.ok(!JSON.stringify(loaded.problems).includes('cret') || !content.includes('se\u0000'));
    }
  });

  it('leaves a configuration without one as it is', () => {
    const loaded = check({ relayProxy: { address: 'http://r.test:1', username: 'u', password: 'p' } });
    const filled = readPasswordFiles(loaded);
    assert.ok(filled.ok && loaded.ok);
    assert.deepEqual(filled.config, loaded.config);
    const wrong = check({ listen: 1 });
    assert.equal(readPasswordFiles(wrong), wrong);
  });
});
