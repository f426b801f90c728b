import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ToWorker } from '../../src/cluster/messages.ts';
import type { Order } from '../../src/cluster/rollout.ts';
import { Rollout } from '../../src/cluster/rollout.ts';
import type { LoopSettings } from '../../src/engine/settings.ts';

interface Fake {
  readonly id: number;
}

function stage(hosts: number): { rollout: Rollout<Fake>; sent: [number, ToWorker][]; ended: number[] } {
  const sent: [number, ToWorker][] = [];
  const ended: number[] = [];
  const order: Order = {
    hostRules: Array.from({ length: hosts }, (_, index) => ({ pattern: `h${index}.test`, origin: 'allowedHosts' })),
    loop: ({ id }) => ({ idPrefix: String(id) }) as LoopSettings,
    enforce: true,
  };
  const rollout = new Rollout<Fake>(
    order,
    ({ id }, message) => sent.push([id, message]),
    (count) => ended.push(count),
  );
  return { rollout, sent, ended };
}

describe('the way of a configuration to the workers', () => {
  it('goes in slices, the next one when the last is taken, and ends when all have confirmed', () => {
    const { rollout, sent, ended } = stage(1_200);
    const [one, two] = [{ id: 1 }, { id: 2 }];
    rollout.start([one, two]);
    assert.deepEqual(
      sent.map(([id, { kind }]) => [id, kind]),
      [
        [1, 'rules'],
        [2, 'rules'],
      ],
    );
    for (let count = 0; count < 3; count += 1) rollout.heard(one, { kind: 'rules-taken' });
    const toOne = sent.filter(([id]) => id === 1).map(([, message]) => message);
    const sizes = toOne.map((message) =>
      message.kind === 'rules' ? message.hosts.flatMap(({ patterns }) => patterns).length : message.kind,
    );
    assert.deepEqual(sizes, [500, 500, 200, 'reconfigure']);
    const last = toOne.at(-1);
    assert.ok(last?.kind === 'reconfigure' && last.enforce && last.loop.idPrefix === '1');
    rollout.heard(one, { kind: 'reconfigured', ended: 3 });
    assert.deepEqual(ended, []);
    // The other one dies: whoever replaces it starts with the new configuration.
    rollout.gone(two);
    assert.deepEqual(ended, [3]);
    rollout.heard(two, { kind: 'reconfigured', ended: 5 });
    assert.deepEqual(ended, [3]);
  });

  it('is at its end at once when there is no worker, but not before it has begun', async () => {
    const { rollout, ended } = stage(0);
    rollout.start([]);
    assert.deepEqual(ended, []);
    await Promise.resolve();
    assert.deepEqual(ended, [0]);
  });
});
