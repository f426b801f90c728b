import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openGatewayLog } from '../../src/cluster/gateway-log.ts';
import { check } from '../../src/config/load.ts';
import { startGateway } from '../support/gateway.ts';
import { openClient, readAll } from '../support/raw-tunnel.ts';

const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-logs-'));
after(() => {
  rmSync(directory, { recursive: true });
});

async function until(ready: () => boolean): Promise<void> {
  const limit = performance.now() + 10_000;
  while (!ready() && performance.now() < limit) await delay(20);
  assert.ok(ready());
}

describe('log of the gateway', () => {
  it('writes events and access lines, and goes on in new files after SIGUSR2', async () => {
    const file = join(directory, 'gateway.log');
    const accessFile = join(directory, 'access.log');
    const gateway = await startGateway(
      { workers: 1, log: { accessFile, file } },
      {},
      { started: () => existsSync(file) && readFileSync(file, 'utf8').includes('"event":101') },
    );
    const refuse = async (): Promise<void> => {
      const client = await openClient(gateway.port);
      client.write('CONNECT strange.test:443 HTTP/1.1\r\nHost: strange.test:443\r\n\r\n');
      await readAll(client);
      client.destroy();
    };
    await refuse();
    await until(() => readFileSync(accessFile, 'utf8').includes(' CONNECT strange.test:443 403 '));
    assert.match(readFileSync(accessFile, 'utf8'), /^#Version: 1\.0\n/);
    for (const name of [file, accessFile]) renameSync(name, `${name}.moved`);
    gateway.signal('SIGUSR2');
    await until(() => existsSync(file) && existsSync(accessFile));
    await refuse();
    await until(() => readFileSync(file, 'utf8').includes('host-not-allowed'));
    await until(() => readFileSync(accessFile, 'utf8').includes('strange.test'));
    assert.equal(await gateway.stop(), 0);
    assert.match(readFileSync(file, 'utf8'), /"event":102/);
    assert.doesNotMatch(readFileSync(`${file}.moved`, 'utf8'), /"event":102/);
  });

  it('that cannot be opened is told with its key, and leaves nothing open', () => {
    for (const [log, key] of [
      [{ file: directory }, 'log.file'],
      [{ file: join(directory, 'ok.log'), accessFile: directory }, 'log.accessFile'],
    ] as const) {
      const loaded = check({ log });
      assert.ok(loaded.ok);
      assert.throws(() => openGatewayLog(loaded.config.log), {
        key,
        message: /cannot be opened for appending \(EISDIR\)/,
      });
    }
  });
});
