import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAuthority } from '../../src/address/authority.ts';
import { parseIp } from '../../src/address/ip.ts';
import { check } from '../../src/config/load.ts';
import { groupByOrigin, loadPreset, resolveHostRules } from '../../src/config/presets.ts';
import { presetNames } from '../../src/config/preset-names.ts';
import { judgeAddress } from '../../src/policy/address-guard.ts';
import { judgeDestination } from '../../src/policy/destination.ts';
import { parseHostPattern } from '../../src/policy/host-pattern.ts';
import type { Rules } from '../../src/policy/rules.ts';
import { compileRules } from '../../src/policy/rules.ts';

function rules(tree: object, own: { address: string; port: number }[] = []): Rules {
  const loaded = check(tree);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return compileRules({
    config: loaded.config,
    hostGroups: groupByOrigin(resolveHostRules(loaded.config)),
    ownAddresses: own,
  });
}

function destination(tree: object, target: string): string {
  const parsed = parseAuthority(target);
  assert.ok(parsed.ok, target);
  const verdict = judgeDestination(rules(tree).destination, parsed.authority);
  return verdict.allow ? verdict.rule : verdict.reason;
}

describe('allowedHosts', () => {
  const tree = {
    allowedHosts: ['www.test.com', '*.ods.test.com', '10.1.0.0/16', '2001:db8::1', 'bücher.test'],
    allowedPorts: [443, 8443],
  };
  for (const [target, expected] of [
    ['www.test.com:443', 'allowedHosts: www.test.com'],
    ['WWW.TEST.COM.:443', 'allowedHosts: www.test.com'],
    ['xn--bcher-kva.test:443', 'allowedHosts: bücher.test'],
    ['a.ods.test.com:8443', 'allowedHosts: *.ods.test.com'],
    ['a.b.ods.test.com:443', 'allowedHosts: *.ods.test.com'],
    ['ods.test.com:443', 'host-not-allowed'],
    ['evilods.test.com:443', 'host-not-allowed'],
    ['www.test.com.evil.com:443', 'host-not-allowed'],
    ['test.com:443', 'host-not-allowed'],
    ['10.1.2.3:443', 'allowedHosts: 10.1.0.0/16'],
    ['0x0a.0x01.2.3:443', 'allowedHosts: 10.1.0.0/16'],
    ['167838211:443', 'allowedHosts: 10.1.0.0/16'],
    ['[::ffff:10.1.2.3]:443', 'allowedHosts: 10.1.0.0/16'],
    ['10.2.0.1:443', 'host-not-allowed'],
    ['[2001:db8:0::1]:443', 'allowedHosts: 2001:db8::1'],
    ['www.test.com:80', 'port-not-allowed'],
  ] as const) {
    it(`${target} → ${expected}`, () => {
      assert.equal(destination(tree, target), expected);
    });
  }

  it('nothing configured allows nothing', () => {
    assert.equal(destination({}, 'www.test.com:443'), 'host-not-allowed');
  });

  it('refuses entries that mean too much or nothing, and says what would be right', () => {
    for (const entry of [
      '*',
      '*.com',
      'a.*.com',
      '*.*.com',
      'https://x.com',
      'x.com:443',
      'x.com/path',
      '',
      '*.10.0.0.1',
      '1.2.3.4/40',
    ]) {
      const parsed = parseHostPattern(entry);
      assert.ok(!parsed.ok, `${entry} was taken`);
    }
  });
});

describe('presets', () => {
  it('allow the endpoints of an agent, by cloud, and no storage account of strangers', () => {
    const preset = { presets: ['azure-monitor'] };
    assert.match(destination(preset, 'ws.ods.opinsights.azure.com:443'), /^preset azure-monitor: /);
    assert.equal(destination(preset, 'ws.ods.opinsights.azure.us:443'), 'host-not-allowed');
    assert.match(destination({ ...preset, cloud: 'usgovernment' }, 'ws.ods.opinsights.azure.us:443'), /^preset /);
    assert.match(destination({ ...preset, cloud: 'china' }, 'ws.oms.opinsights.azure.cn:443'), /^preset /);
    assert.equal(destination(preset, 'evil.blob.core.windows.net:443'), 'host-not-allowed');
    assert.match(
      destination({ presets: ['azure-monitor-blob'] }, 'a.blob.core.windows.net:443'),
      /^preset azure-monitor-blob: /,
    );
  });

  it('are all made of valid entries', () => {
    for (const name of presetNames()) {
      for (const entry of Object.values(loadPreset(name).hosts).flat()) assert.ok(parseHostPattern(entry).ok, entry);
    }
    assert.ok(presetNames().length >= 2);
  });
});

describe('the address guard', () => {
  const judge = (text: string, guard: object = {}, port = 443): string => {
    const address = parseIp(text);
    assert.ok(address !== null, text);
    const own = [{ address: '192.168.0.5', port: 8080 }];
    const verdict = judgeAddress(rules({ addressGuard: guard }, own).guard, address, port);
    return verdict.allow ? 'allow' : String(verdict.fields['class']);
  };
  for (const [address, expected] of [
    ['127.0.0.1', 'loopback'],
    ['127.255.0.9', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['255.255.255.255', 'broadcast'],
    ['64:ff9b::7f00:1', 'embedded'],
    ['2002:7f00:1::', 'embedded'],
    ['::7f00:1', 'embedded'],
    ['10.0.0.1', 'allow'],
    ['fd00::1', 'allow'],
    ['8.8.8.8', 'allow'],
  ] as const) {
    it(`${address} → ${expected}`, () => {
      assert.equal(judge(address), expected);
    });
  }

  it('takes private addresses away when told so, deny before allow, own address never', () => {
    assert.equal(judge('10.0.0.1', { denyPrivate: true }), 'private');
    assert.equal(judge('10.0.0.1', { denyPrivate: true, allow: ['10.0.0.0/24'] }), 'allow');
    assert.equal(judge('10.0.0.1', { deny: ['10.0.0.0/8'], allow: ['10.0.0.0/24'] }), 'denied');
    assert.equal(judge('127.0.0.1', { allow: ['127.0.0.0/8'] }), 'allow');
    assert.equal(judge('192.168.0.5', { allow: ['192.168.0.0/16'] }, 8080), 'own');
    assert.equal(judge('192.168.0.5', {}, 443), 'allow');
  });
});
