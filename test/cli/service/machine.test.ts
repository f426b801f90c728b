import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { onMachine, thisMachine } from '../../../src/cli/service/machine.ts';

describe('the machine', () => {
  it('runs programs without a shell and tells how it went', () => {
    const machine = thisMachine('');
    const said = machine.run(process.execPath, ['--eval', 'console.log(process.argv[1])', '$(id); *']);
    assert.deepEqual([said.ok, said.out, said.problem], [true, '$(id); *\n', '']);
    const failed = machine.run(process.execPath, ['--eval', 'console.error("first\\nlast"); process.exit(3)']);
    assert.deepEqual([failed.ok, failed.problem, failed.missing], [false, 'last', false]);
    assert.equal(machine.run(process.execPath, ['--eval', 'process.exit(4)']).problem, 'it ended with 4');
    assert.equal(machine.run('there-is-no-such-program', []).missing, true);
  });

  it('finds paths in the folder that stands for /', () => {
    assert.equal(onMachine({ root: '' }, '/etc/x'), '/etc/x');
    assert.equal(onMachine({ root: '/image' }, '/etc/x'), '/image/etc/x');
  });
});
