import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { Firewall } from '../../../src/cli/service/firewall.ts';
import { findFirewall } from '../../../src/cli/service/firewall.ts';
import { packageFile } from '../../../src/config/package-file.ts';
import { hasNamespaces } from '../../support/namespace.ts';
import { requireProgram } from '../../support/programs.ts';

/** A machine where programs say this; those not named are missing. */
function found(answers: Readonly<Record<string, string>>): Firewall {
  return findFirewall({
    run: (program) => {
      const out = answers[program];
      return { ok: out !== undefined, out: out ?? '', problem: '', missing: out === undefined };
    },
  });
}

function ruleset(...entries: readonly object[]): string {
  return JSON.stringify({ nftables: [{ metainfo: {} }, ...entries] });
}

const INPUT = { family: 'inet', table: 'filter', name: 'input', type: 'filter', hook: 'input' };

describe('the firewall of this machine', () => {
  it('is firewalld or ufw when they are in use', () => {
    const firewalld = found({ 'firewall-cmd': 'running\n', nft: ruleset() });
    assert.ok(firewalld.kind === 'firewalld');
    assert.deepEqual(
      firewalld.close(8080).map(({ args }) => args),
      [['--remove-port=8080/tcp'], ['--permanent', '--remove-port=8080/tcp']],
    );
    const ufw = found({ ufw: 'Status: active\n\nTo  Action  From\n', nft: ruleset() });
    assert.ok(ufw.kind === 'ufw');
    assert.deepEqual(ufw.open(8080), [{ program: 'ufw', args: ['allow', '8080/tcp', 'comment', 'oms-gateway'] }]);
    assert.deepEqual(ufw.close(8080), []);
    assert.equal(found({ ufw: 'Status: inactive\n' }).kind, 'none');
  });

  it('is ufw, whose rules of others are left alone', () => {
    // As ufw 0.36.2 prints them.
    const status = `Status: active

To                         Action      From
--                         ------      ----
8080/tcp                   ALLOW       Anywhere                   # oms-gateway
8090/tcp                   ALLOW       Anywhere                   # proxy of the branch
443/tcp                    ALLOW       Anywhere
9090/tcp                   ALLOW       192.0.2.0/24
9091/tcp                   DENY        Anywhere
8080/tcp (v6)              ALLOW       Anywhere (v6)              # oms-gateway
`;
    const ufw = found({ ufw: status });
    assert.ok(ufw.kind === 'ufw');
    const ports = [8080, 8090, 443, 9090, 9091, 80];
    assert.deepEqual(
      ports.filter((port) => ufw.open(port).length > 0),
      [9090, 9091, 80],
    );
    assert.deepEqual(
      ports.filter((port) => ufw.close(port).length > 0),
      [8080],
    );
    assert.deepEqual(ufw.close(8080), [{ program: 'ufw', args: ['delete', 'allow', '8080/tcp'] }]);
  });

  it('is nftables where a chain turns input away, and none where it does not', () => {
    assert.equal(found({}).kind, 'none');
    assert.equal(found({ nft: 'no JSON' }).kind, 'none');
    assert.equal(found({ nft: ruleset({ chain: { ...INPUT, policy: 'accept' } }) }).kind, 'none');
    assert.equal(found({ nft: ruleset({ chain: { ...INPUT, hook: 'forward', policy: 'drop' } }) }).kind, 'none');
    assert.equal(found({ nft: ruleset({ chain: { ...INPUT, policy: 'drop' } }) }).kind, 'nftables');
    const rule = { family: 'inet', table: 'filter', chain: 'input', handle: 7 };
    const rejecting = { rule: { ...rule, expr: [{ reject: null }] } };
    assert.equal(found({ nft: ruleset({ chain: { ...INPUT, policy: 'accept' } }, rejecting) }).kind, 'nftables');
    const narrow = { rule: { ...rule, expr: [{ match: {} }, { drop: null }] } };
    assert.equal(found({ nft: ruleset({ chain: { ...INPUT, policy: 'accept' } }, narrow) }).kind, 'none');
    const iptables = { ...INPUT, family: 'ip', name: 'INPUT', policy: 'drop' };
    assert.equal(found({ nft: ruleset({ chain: iptables }) }).kind, 'foreign');
  });

  it('nftables itself takes the rules, in a namespace of its own', (context) => {
    if (requireProgram('nft', context) === null || !hasNamespaces(context)) return;
    const script = `
      import { execFileSync } from 'node:child_process';
      import { findFirewall } from ${JSON.stringify(packageFile('dist/src/cli/service/firewall.js'))};
      import { thisMachine } from ${JSON.stringify(packageFile('dist/src/cli/service/machine.js'))};
      const machine = thisMachine('');
      const nft = (...args) => execFileSync('nft', args, { encoding: 'utf8' });
      const all = (orders) => orders.map(({ program, args }) => machine.run(program, args).problem);
      const rules = () => nft('list', 'ruleset').split('\\n').filter((line) => line.includes('dport')).map((line) => line.trim());
      nft('add table inet guard');
      nft('add chain inet guard in { type filter hook input priority 0; policy drop; }');
      const said = [all(findFirewall(machine).open(8080)), rules(), findFirewall(machine).open(8080)];
      said.push(findFirewall(machine).close(9999), all(findFirewall(machine).close(8080)), rules());
      console.log(JSON.stringify(said));`;
    const args = ['-rn', process.execPath, '--input-type=module', '--eval', script];
    const { stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
    assert.notEqual(stdout, '', stderr);
    const rule = 'tcp dport 8080 accept comment "oms-gateway"';
    assert.deepEqual(JSON.parse(stdout), [[''], [rule], [], [], [''], []]);
  });
});
