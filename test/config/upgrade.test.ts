import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { editConfig } from '../../src/config/store.ts';
import { upgradeOf } from '../../src/config/upgrade.ts';

describe('an older configuration file', () => {
  it('has its keys moved, numbers and levels read, the rest left alone', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'oms-gateway-upgrade-')), 'gateway.json');
    writeFileSync(
      file,
      '{\n  "ListenPort": "8090",\n  "logLevel": "DEBUG",\n  "relayProxyAddress": "http://a.test:1",\n  "allowedHosts": ["a.com"]\n}\n',
    );
    const edited = await editConfig(file, (tree) => upgradeOf(tree).changes);
    assert.ok(edited.ok, JSON.stringify(edited));
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), {
      allowedHosts: ['a.com'],
      listen: { port: 8090 },
      log: { level: 'debug' },
      relayProxy: { address: 'http://a.test:1' },
    });
  });

  it('keeps what stands in the new place already', () => {
    const { changes } = upgradeOf({ listenPort: 1, listen: { port: 2 } });
    assert.deepEqual(changes, [{ kind: 'set', path: ['listenPort'], value: undefined }]);
  });

  it('is left alone when it is up to date, or wrong in other ways', () => {
    for (const tree of [{}, { listen: { port: 1 }, presets: [] }, { lissten: 1, toString: 2 }]) {
      assert.deepEqual(upgradeOf(tree), { changes: [], moved: [] });
    }
  });
});
