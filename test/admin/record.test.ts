import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { dropAdminRecord, keepAdminRecord, readAdminRecord } from '../../src/admin/record.ts';

const place = mkdtempSync(join(tmpdir(), 'oms-gateway-record-'));
after(() => {
  rmSync(place, { recursive: true });
});
const file = join(place, 'gateway.json');
writeFileSync(file, '{}');
const mine = { host: '127.0.0.1', port: 8081, pid: process.pid };

describe('where the admin API was opened', () => {
  it('is kept for the configuration file, by whatever name it is reached, and for the owner alone', () => {
    const directory = join(place, 'new', 'state');
    keepAdminRecord(directory, file, mine);
    const link = join(place, 'link.json');
    symlinkSync(file, link);
    assert.deepEqual(readAdminRecord(directory, link), mine);
    assert.equal(readAdminRecord(directory, join(place, 'other.json')), null);
    const [name = ''] = readdirSync(directory);
    assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600);
  });

  it('is taken away by the process that opened it, and by no other', () => {
    keepAdminRecord(place, file, mine);
    dropAdminRecord(place, file, process.pid + 1);
    assert.deepEqual(readAdminRecord(place, file), mine);
    dropAdminRecord(place, file, process.pid);
    assert.equal(readAdminRecord(place, file), null);
  });

  it('is not believed when its process is gone, or when it is no record', () => {
    const wrong = [{ pid: 2 ** 30 }, { port: 0 }, { port: '1' }, { host: 'evil.test' }, { host: 5 }, { pid: 1.5 }];
    for (const part of wrong) {
      keepAdminRecord(place, file, { ...mine, ...(part as object) });
      assert.equal(readAdminRecord(place, file), null, JSON.stringify(part));
    }
    const [name = ''] = readdirSync(place).filter((each) => each.startsWith('admin-'));
    writeFileSync(join(place, name), 'no JSON');
    assert.equal(readAdminRecord(place, file), null);
  });

  it('is done without where nothing can be written', () => {
    assert.doesNotThrow(() => {
      keepAdminRecord(join(file, 'state'), file, mine);
    });
  });
});
