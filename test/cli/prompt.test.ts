import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { Prompter } from '../../src/cli/prompt.ts';

interface Ends {
  readonly input: PassThrough;
  readonly shown: () => string;
  readonly prompter: Prompter;
}

/** @param isTerminal makes readline echo, as it does on a terminal */
function ends(isTerminal: boolean): Ends {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  for (const each of [input, output]) Object.assign(each, { isTTY: isTerminal, columns: 80, setRawMode: () => input });
  const prompter = new Prompter(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream);
  return { input, shown: () => shown, prompter };
}

describe('questions', () => {
  it('take lines that came early, in their order, and trim all but what is hidden', async () => {
    const { input, prompter } = ends(false);
    input.end(' one \ntwo\n  three\nfour');
    assert.equal(await prompter.ask('? '), 'one');
    assert.equal(await prompter.ask('? '), 'two');
    assert.equal(await prompter.askHidden('? '), '  three');
    assert.equal(await prompter.ask('? '), 'four');
    assert.equal(await prompter.ask('? '), null, 'the input has ended');
  });

  it('show what is typed on a terminal, but not at a hidden question', async () => {
    const { input, shown, prompter } = ends(true);
    const hidden = prompter.askHidden('Password: ');
    input.write('hunter2\r');
    assert.equal(await hidden, 'hunter2');
    const open = prompter.ask('Name: ');
    input.write('visible\r');
    assert.equal(await open, 'visible');
    prompter.close();
    assert.ok(!shown().includes('hunter2'));
    for (const word of ['Password: ', 'Name: ', 'visible']) assert.ok(shown().includes(word), word);
  });

  it('have no answer when Control-C is pressed', async () => {
    const { input, prompter } = ends(true);
    const asked = prompter.ask('? ');
    input.write('half\u0003');
    assert.equal(await asked, null);
  });
});
