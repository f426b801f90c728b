import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { chooseEngine } from '../../src/cluster/engine-choice.ts';
import { buildForbid } from '../support/forbid.ts';
import { startGateway } from '../support/gateway.ts';
import { requireProgram } from '../support/programs.ts';

const works = (): null => null;
const fails = (): string => 'it needs Linux, this is darwin';

describe('the choice of the engine', () => {
  it('takes the fastest that works, and says why it is not the Linux engine', () => {
    assert.deepEqual(chooseEngine('auto', null, works), {
      ok: true,
      engine: 'linux',
      why: 'it is the fastest that works here',
    });
    assert.deepEqual(chooseEngine('auto', null, fails), {
      ok: true,
      engine: 'portable',
      why: 'the Linux engine cannot run here: it needs Linux, this is darwin',
    });
  });

  it('keeps to what is configured, and refuses to start rather than take another', () => {
    assert.deepEqual(
      chooseEngine('portable', null, () => assert.fail('nothing to check')),
      {
        ok: true,
        engine: 'portable',
        why: 'it is configured',
      },
    );
    assert.deepEqual(chooseEngine('linux', null, works), { ok: true, engine: 'linux', why: 'it is configured' });
    assert.deepEqual(chooseEngine('linux', null, fails), {
      ok: false,
      why: 'the Linux engine cannot run here: it needs Linux, this is darwin',
    });
  });

  it('is the portable engine where the configuration needs what only that has', () => {
    assert.deepEqual(chooseEngine('auto', 'the relay is reached through TLS', works), {
      ok: true,
      engine: 'portable',
      why: 'the relay is reached through TLS',
    });
    assert.deepEqual(chooseEngine('linux', 'the relay is reached through TLS', works), {
      ok: false,
      why: 'the Linux engine cannot be used, because the relay is reached through TLS',
    });
  });

  it('is told by event 101', async () => {
    for (const [wanted, engine] of Object.entries({ auto: 'linux', linux: 'linux', portable: 'portable' })) {
      const gateway = await startGateway({ engine: wanted, workers: 1, allowedHosts: ['origin.test'] });
      const started = await gateway.waitForEvent(({ event }) => event === 101);
      assert.equal(started['engine'], engine);
      assert.match(String(started['why']), wanted === 'auto' ? /fastest/ : /configured/);
      assert.equal(await gateway.stop(), 0);
    }
  });

  it('falls back where a filter kills whoever makes a call of the Linux engine', async (context) => {
    const compiler = requireProgram('cc', context);
    if (compiler === null) return;
    const launcher = [buildForbid(compiler), 'kill'];
    const gateway = await startGateway({ engine: 'auto', workers: 1, allowedHosts: ['origin.test'] }, {}, { launcher });
    const started = await gateway.waitForEvent(({ event }) => event === 101);
    assert.equal(started['engine'], 'portable');
    assert.match(String(started['why']), /cannot run here: a system call is forbidden here/);
    assert.equal(await gateway.stop(), 0);
    await assert.rejects(
      startGateway({ engine: 'linux', workers: 1 }, {}, { launcher }),
      /ended with 1: .*engine: .*SIGSYS/s,
    );
    assert.equal(spawnSync(launcher[0] ?? '', []).status, 2);
  });
});
