import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answersOf } from '../../../src/cli/setup/answers.ts';
import type { Answers } from '../../../src/cli/setup/answers.ts';
import { Cancelled, askAll } from '../../../src/cli/setup/ask.ts';
import { check } from '../../../src/config/load.ts';

const ID = '0a1b2c3d-0000-4000-8000-000000000000';

interface Talk {
  readonly answers: Answers;
  readonly said: string[];
  /** Questions that no answer was left for. */
  readonly rest: readonly string[];
}

/** @param lines what is typed, in order; hidden answers included */
async function talk(lines: readonly string[], tree: object = {}, relayIsUp = true): Promise<Talk> {
  const loaded = check(tree);
  assert.ok(loaded.ok);
  const rest = [...lines];
  const said: string[] = [];
  const take = (): Promise<string | null> => Promise.resolve(rest.shift() ?? null);
  const answers = await askAll(
    {
      prompter: { ask: take, askHidden: take },
      say: (line) => said.push(line),
      isFree: (port) => Promise.resolve(port !== 81),
      reachRelay: () => Promise.resolve({ ok: relayIsUp, detail: 'nothing listens there' }),
      config: loaded.config,
    },
    answersOf(loaded.config),
  );
  return { answers, said, rest };
}

describe('questions of the setup', () => {
  it('take Enter for what stands in brackets', async () => {
    const { answers, said, rest } = await talk(['', '', '', '', '', '']);
    assert.deepEqual(answers, {
      port: 8080,
      relay: 'as-is',
      workspaces: [],
      presets: ['azure-monitor'],
      cloud: 'public',
      language: 'auto',
    });
    assert.deepEqual([said, rest], [[], []]);
  });

  it('ask again after each wrong answer, and say what is wrong', async () => {
    const { answers, said } = await talk([
      ...['0', '65536', 'x', '80.5', '81'],
      ...['ftp://a', 'http://u:p@a', 'http://a.test:1', 'a:b', 'user1', '', 'user1', 'pass'],
      ...['moon', 'china', 'workspace', ID, 'nope', 'hybrid-worker/we azure-monitor-blob', 'xx', 'pt-BR'],
    ]);
    assert.deepEqual(answers, {
      port: 81,
      relay: { address: 'http://a.test:1', username: 'user1', password: 'pass' },
      cloud: 'china',
      workspaces: [ID],
      presets: ['hybrid-worker/we', 'azure-monitor-blob'],
      language: 'pt-BR',
    });
    const all = said.join('\n');
    for (const part of [
      ...['listen.port: 0 is not a port', 'listen.port: 65536', 'listen.port: "x"', 'listen.port: "80.5"'],
      ...['Another program uses port 81', 'scheme ftp', 'user name or password in it', 'has a colon in it'],
      ...['A user name needs a password', 'The relay proxy accepts connections', 'cloud: "moon"'],
      ...['workspaces[0]: "workspace"', 'presets[0]: "nope"', 'log.language: "xx"'],
    ]) {
      assert.ok(all.includes(part), part);
    }
  });

  it('keep a relay that is down only when told to', async () => {
    const lines = ['', 'http://a.test:1', '', 'perhaps', 'n', 'http://b.test:1', '', 'y', '', '', '', ''];
    const { answers, said } = await talk(lines, {}, false);
    assert.deepEqual(answers.relay, { address: 'http://b.test:1' });
    assert.equal(said.filter((line) => line.includes('cannot be reached: nothing listens')).length, 2);
  });

  it('keep, replace or clear the relay of the file', async () => {
    const tree = { relayProxy: { address: 'http://a.test:1', username: 'u', password: 'p' } };
    assert.equal((await talk(['', '', '', '', '', ''], tree)).answers.relay, 'as-is');
    assert.equal((await talk(['', '-', '', '', '', ''], tree)).answers.relay, null);
    const { answers } = await talk(['', 'http://b.test:1', '-', '', '', '', ''], tree);
    assert.deepEqual(answers.relay, { address: 'http://b.test:1' }, 'the old user name can be refused');
  });

  it('propose no preset to who names workspaces, and warn when nothing would be allowed', async () => {
    assert.deepEqual((await talk(['', '', '', ID, '', ''])).answers.presets, []);
    const { answers, said } = await talk(['', '', '', '', '-', '']);
    assert.deepEqual(answers.presets, []);
    assert.match(said.join(), /every connection is refused/);
  });

  it('end without an answer when the input ends', async () => {
    for (let count = 0; count < 6; count += 1) {
      await assert.rejects(talk(Array.from({ length: count }, () => '')), Cancelled);
    }
  });
});
