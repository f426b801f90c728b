import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readKeyPath } from '../../src/config/key-path.ts';
import { REFERENCE_KEYS, SHOWN_KEYS, pathOfKey, valueOfKey } from '../../src/config/reference-keys.ts';

describe("the reference's keys", () => {
  it('lead to keys of this configuration', () => {
    for (const path of Object.values(REFERENCE_KEYS)) assert.ok(readKeyPath(path).ok, path);
    for (const key of SHOWN_KEYS) assert.ok(Object.hasOwn(REFERENCE_KEYS, key), key);
  });

  it('are found in either case; other names stay what they are', () => {
    assert.deepEqual(['ListenPort', 'listenport', 'LOGLEVEL', 'dns.hosts', 'constructor'].map(pathOfKey), [
      ...['listen.port', 'listen.port', 'log.level', 'dns.hosts', 'constructor'],
    ]);
  });

  it('take levels in capitals', () => {
    assert.deepEqual([valueOfKey('log.level', 'DEBUG'), valueOfKey('log.file', 'A.log')], ['debug', 'A.log']);
  });
});
