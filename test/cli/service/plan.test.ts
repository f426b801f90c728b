import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { planInstall, planUninstall } from '../../../src/cli/service/plan.ts';
import { commandOf, foretell } from '../../../src/cli/service/steps.ts';
import { unitFiles } from '../../../src/cli/service/units.ts';
import { fakeMachine } from '../../support/fake-machine.ts';

const DIRECTORY = '/usr/lib/node_modules/oms-gateway';
const INSTALLATION = {
  node: '/usr/bin/node',
  directory: DIRECTORY,
  configuration: '/etc/oms-gateway/gateway.json',
  listen: { host: '::', port: 8080 },
};

describe('the plan of an installation', () => {
  it('starts the socket before the service and opens the port behind both', () => {
    const { steps, firewall } = planInstall(fakeMachine({}, { 'firewall-cmd': 'running\n' }), INSTALLATION, true);
    assert.equal(firewall, 'firewalld');
    const commands = steps.flatMap((step) => (step.kind === 'run' ? [commandOf(step.order)] : []));
    assert.deepEqual(commands, [
      'systemd-sysusers /etc/sysusers.d/oms-gateway.conf',
      'systemctl daemon-reload',
      'systemctl enable oms-gateway.service oms-gateway.socket',
      'systemctl start oms-gateway.socket',
      'systemctl restart oms-gateway.service',
      'firewall-cmd --add-port=8080/tcp',
      'firewall-cmd --permanent --add-port=8080/tcp',
    ]);
    assert.match(
      steps.map(foretell).join('\n'),
      /Would give \/etc\/oms-gateway\/gateway\.json to the user oms-gateway/,
    );
    assert.equal(planInstall(fakeMachine({}, { 'firewall-cmd': 'running\n' }), INSTALLATION, false).firewall, null);
    const local = { ...INSTALLATION, listen: { host: '127.0.0.1', port: 8080 } };
    assert.equal(planInstall(fakeMachine({}, { 'firewall-cmd': 'running\n' }), local, true).firewall, null);
    assert.equal(planUninstall(fakeMachine({ root: '/there/is/nothing' }), true), null);
  });

  it('takes back what is there, and goes on when systemd knows nothing of it', () => {
    const root = mkdtempSync(join(tmpdir(), 'oms-gateway-plan-'));
    for (const { path, text } of unitFiles(INSTALLATION)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const ufw = 'Status: active\n\n8080/tcp  ALLOW  Anywhere  # oms-gateway\n';
    const plan = planUninstall(fakeMachine({ root }, { ufw }), true);
    assert.deepEqual(plan?.steps.map(foretell), [
      `Would run: systemctl --root=${root} disable oms-gateway.service oms-gateway.socket`,
      'Would remove /etc/systemd/system/oms-gateway.service.',
      'Would remove /etc/systemd/system/oms-gateway.socket.',
      'Would remove /etc/sysusers.d/oms-gateway.conf.',
      'Would run: ufw delete allow 8080/tcp',
    ]);
    rmSync(root, { recursive: true, force: true });
  });
});
