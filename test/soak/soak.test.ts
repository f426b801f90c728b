import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { soak } from './soak.ts';

/** The short form of `npm run soak`. */
describe('the soak', () => {
  for (const engine of ['linux', 'portable'] as const) {
    it(
      `leaves nothing behind on the ${engine} engine: no socket, no memory, no wrong byte`,
      { timeout: 120_000 },
      async () => {
        const result = await soak({ engine, seconds: 10, clients: 80 });
        assert.deepEqual(result.failures, []);
        assert.equal(result.socketsAfter, result.socketsBefore);
        assert.equal(result.closed, result.verified);
        assert.ok(result.verified > 100, `only ${result.verified} tunnels`);
        assert.ok(result.comparedBytes > 10_000_000, `only ${result.comparedBytes} bytes`);
        assert.ok(Object.keys(result.played).length >= 10, `only ${Object.keys(result.played).join(', ')} were played`);
      },
    );
  }

  it('gets over faults of the gateway without a wrong byte', { timeout: 120_000 }, async () => {
    const result = await soak({ engine: 'linux', seconds: 20, clients: 40, faultEvery: 1 });
    assert.deepEqual(result.failures, []);
    assert.equal(result.socketsAfter, result.socketsBefore);
    assert.ok(Object.keys(result.faults).length >= 3, JSON.stringify(result.faults));
    assert.ok(result.comparedBytes > 5_000_000, `only ${result.comparedBytes} bytes`);
  });
});
