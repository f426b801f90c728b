import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stateDirectoryOf } from '../../src/config/state-directory.ts';

describe('the state directory', () => {
  it('is the one that is configured, else that of systemd, else beside the configuration', () => {
    assert.equal(stateDirectoryOf('/var/a', '/var/b', '/etc/c'), '/var/a');
    assert.equal(stateDirectoryOf('', '/var/b:/var/d', '/etc/c'), '/var/b');
    assert.equal(stateDirectoryOf('', undefined, '/etc/c'), '/etc/c/state');
  });
});
