import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serviceStatus, statusLines } from '../../../src/cli/service/status.ts';
import { fakeMachine } from '../../support/fake-machine.ts';

describe('the state of the service', () => {
  it('is what files and systemd say', () => {
    const status = serviceStatus({ ...fakeMachine({}, { systemctl: 'active\n' }), root: '' });
    assert.equal(status.active, true);
    assert.deepEqual(
      status.units.map(({ unit, active }) => `${unit} ${active}`),
      ['oms-gateway.service active', 'oms-gateway.socket active'],
    );
    const elsewhere = serviceStatus(fakeMachine({ root: '/there/is/nothing' }));
    assert.deepEqual([elsewhere.installed, elsewhere.active, elsewhere.port], [false, null, null]);
    assert.equal(statusLines(elsewhere).at(-1), 'The service is not installed.');
    assert.equal(statusLines(elsewhere)[0], '/etc/systemd/system/oms-gateway.service is missing.');
    const whole = {
      installed: true,
      files: [],
      port: 8080,
      active: false,
      units: [{ unit: 'u', active: 'failed', enabled: 'enabled' }],
    };
    assert.deepEqual(statusLines(whole), [
      'The socket unit listens on port 8080.',
      'u is failed, enabled.',
      'The service is installed.',
    ]);
  });
});
