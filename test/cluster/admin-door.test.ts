import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AdminServer } from '../../src/admin/server.ts';
import { AdminDoor } from '../../src/cluster/admin-door.ts';

describe('the way of the admin API to its port', () => {
  it('is tried until it is open, told of once each way, and closed with the gateway', async () => {
    const told: string[] = [];
    let tries = 0;
    let closed = 0;
    const server = { url: 'http://a', close: () => Promise.resolve(void (closed += 1)) } as unknown as AdminServer;
    await new Promise<void>((resolve) => {
      const door = new AdminDoor(
        {
          open: () => ((tries += 1) < 4 ? Promise.reject(new Error('taken')) : Promise.resolve(server)),
          failed: (error) => told.push(String(error)),
          works: (url) => {
            told.push(url);
            assert.equal(door.url, 'http://a');
            void door.close().then(resolve);
          },
        },
        1,
      );
      void door.open().then(() => assert.equal(door.url, null));
      // The timer alone must not keep a process, so the test does.
      const keep = setInterval(() => (closed > 0 ? clearInterval(keep) : undefined), 5);
    });
    assert.deepEqual([told, tries, closed], [['Error: taken', 'http://a'], 4, 1]);
  });
});
