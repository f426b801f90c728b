import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { commandOf, foretell, perform } from '../../../src/cli/service/steps.ts';
import { fakeMachine } from '../../support/fake-machine.ts';

describe('a step of an installation', () => {
  it('writes and removes files, whatever the umask', () => {
    const root = mkdtempSync(join(tmpdir(), 'oms-gateway-steps-'));
    const machine = fakeMachine({ root });
    const before = process.umask(0o077);
    const write = { kind: 'write', path: '/etc/a/b', text: 'x\n' } as const;
    assert.equal(foretell(write), 'Would write /etc/a/b.');
    assert.deepEqual(perform(machine, write), { ok: true, line: 'Wrote /etc/a/b.' });
    process.umask(before);
    assert.equal(readFileSync(join(root, 'etc/a/b'), 'utf8'), 'x\n');
    assert.equal(statSync(join(root, 'etc/a/b')).mode & 0o777, 0o644);
    assert.deepEqual(perform(machine, { kind: 'remove', path: '/etc/a/b' }).ok, true);
    assert.ok(!existsSync(join(root, 'etc/a/b')));
    const under = perform(machine, { kind: 'write', path: '/etc/a', text: '' });
    assert.equal(under.ok, false);
    assert.match(under.line, /^\/etc\/a: E/);
    const own = perform(machine, { kind: 'own', path: '/etc/a' });
    assert.deepEqual(own, { ok: false, line: '/etc/a: ENOENT.' });
    rmSync(root, { recursive: true, force: true });
  });

  it('runs a program; whether its failure counts is for the step to say', () => {
    const order = { program: 'x', args: ['a b', '--c=d'] };
    assert.equal(commandOf(order), "x 'a b' --c=d");
    assert.deepEqual(perform(fakeMachine({}, { x: '' }), { kind: 'run', order }), {
      ok: true,
      line: "Ran: x 'a b' --c=d",
    });
    const failed = perform(fakeMachine(), { kind: 'run', order });
    assert.deepEqual(failed, { ok: false, line: "This went wrong: x 'a b' --c=d (no such program)." });
    assert.equal(perform(fakeMachine(), { kind: 'run', order, isOptional: true }).ok, true);
  });
});
