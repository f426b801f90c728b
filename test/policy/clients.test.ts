import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check } from '../../src/config/load.ts';
import { compileClientRules, judgeClient } from '../../src/policy/clients.ts';

function verdict(clients: object, address: string): string {
  const loaded = check({ clients });
  assert.ok(loaded.ok);
  const judged = judgeClient(compileClientRules(loaded.config.clients), address);
  if (judged.allow) return judged.rule;
  assert.equal(judged.reason, 'client-not-allowed');
  return String(judged.fields['detail']);
}

describe('client rules', () => {
  it('let everyone in while there are none', () => {
    for (const address of ['10.0.0.7', '2001:db8::7', '']) assert.match(verdict({}, address), /everyone/);
  });

  it('let in only what is allowed, and nothing that is denied', () => {
    const rules = { allow: ['10.0.0.0/8', '2001:db8::/32'], deny: ['10.9.0.0/16', '2001:db8::bad'] };
    assert.equal(verdict(rules, '10.0.0.7'), 'clients.allow: 10.0.0.0/8');
    assert.equal(verdict(rules, '2001:db8::7'), 'clients.allow: 2001:db8::/32');
    for (const address of ['10.9.0.1', '2001:db8::bad', '::ffff:10.9.0.1'])
      assert.equal(verdict(rules, address), 'it is in clients.deny', address);
    for (const address of ['192.0.2.1', '::1', '2001:db9::1'])
      assert.equal(verdict(rules, address), 'it is not in clients.allow', address);
  });

  it('keep out only what is denied when nothing is allowed by name', () => {
    assert.match(verdict({ deny: ['10.0.0.0/8'] }, '192.0.2.1'), /everyone/);
    assert.equal(verdict({ deny: ['10.0.0.0/8'] }, '10.0.0.1'), 'it is in clients.deny');
  });

  it('keep out whose address is not known', () => {
    assert.equal(verdict({ deny: ['10.0.0.0/8'] }, ''), 'it is in clients.deny');
  });
});
