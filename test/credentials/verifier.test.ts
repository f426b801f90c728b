import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { hashPassword } from '../../src/credentials/password-hash.ts';
import { CredentialVerifier } from '../../src/credentials/verifier.ts';

describe('the verifier of passwords', () => {
  let passwordHash = '';
  before(async () => {
    passwordHash = await hashPassword('right');
  });

  it('knows a user by its password', async () => {
    const verifier = new CredentialVerifier([{ username: 'agent', passwordHash }]);
    assert.equal(await verifier.verify('agent', 'right'), 'known');
    assert.equal(await verifier.verify('agent', 'wrong'), 'unknown');
    assert.equal(await verifier.verify('Agent', 'right'), 'unknown');
    assert.equal(await verifier.verify('', ''), 'unknown');
    assert.equal(await new CredentialVerifier([]).verify('agent', 'right'), 'unknown');
  });

  it('works as hard for an unknown user as for a wrong password', async () => {
    const verifier = new CredentialVerifier([{ username: 'agent', passwordHash }]);
    const took = async (username: string): Promise<number> => {
      const before = process.cpuUsage();
      await verifier.verify(username, 'wrong');
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await took('agent');
    const [known, unknown] = [await took('agent'), await took('stranger')];
    // Without the work it would be a thousandth.
    assert.ok(unknown > known / 10, `${unknown} µs and ${known} µs`);
  });

  it('lets only so many wait, and works again afterwards', async () => {
    const verifier = new CredentialVerifier([{ username: 'agent', passwordHash }]);
    // Without a user there is nothing to compute, so the first of them are the only work.
    const asked = Array.from({ length: 70 }, () => verifier.verify('agent', 'wrong'));
    const busy = asked.slice(64);
    assert.deepEqual(await Promise.all(busy), Array<string>(6).fill('busy'));
  });
});
