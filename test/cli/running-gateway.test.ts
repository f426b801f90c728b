import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { cliWith } from '../support/cli.ts';
import { freePort } from '../support/gateway.ts';
import { stateDirectoryFor } from '../../src/cli/running-gateway.ts';
import { MAIN, startGateway } from '../support/gateway.ts';
import { runProgram } from '../support/programs.ts';

describe('a command about the gateway that runs', { timeout: 60_000 }, () => {
  it('finds it after its admin address was edited, and at the new one after the restart', async () => {
    const [first, second] = [await freePort(), await freePort()];
    const gateway = await startGateway(
      { workers: 1, allowedHosts: ['a.test'], admin: { port: first } },
      {},
      { isSucceeded: true },
    );
    const run = async (...words: string[]): Promise<string> => {
      const { code, stdout, stderr } = await runProgram(process.execPath, [MAIN, ...words, '--config', gateway.file]);
      assert.equal(code, 0, `${words.join(' ')}: ${stdout}${stderr}`);
      return stdout;
    };
    assert.match(await run('config', 'set', 'admin.port', String(second)), /Waits for a restart.*: admin\.port/);
    assert.match(await run('status'), /running, ready/);
    const pid = Number(/^Process (\d+) has taken over/.exec(await run('restart'))?.[1]);
    assert.match(await run('status'), new RegExp(`process ${pid}`));
    assert.equal((await fetch(`http://127.0.0.1:${second}/healthz`)).status, 200);
    await run('drain');
    await gateway.exited;
  });

  it('looks at it although its file is wrong by now, and says what is wrong', async () => {
    const port = await freePort();
    const gateway = await startGateway({ workers: 1, allowedHosts: ['a.test'], admin: { port } });
    writeFileSync(gateway.file, '{"colour": "red"}');
    const args = (word: string): string[] => [MAIN, word, '--config', gateway.file];
    const { code, stdout, stderr } = await runProgram(process.execPath, args('status'));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /running, ready/);
    assert.match(stderr, /colour: unknown key/);
    assert.equal((await runProgram(process.execPath, args('restart'))).code, 78);
    assert.equal((await runProgram(process.execPath, args('drain'))).code, 0);
    await gateway.exited;
    assert.equal((await runProgram(process.execPath, args('drain'))).code, 78);
  });

  it('looks where the service keeps its things only for the configuration of the service', () => {
    const { file, directory } = cliWith();
    assert.equal(stateDirectoryFor(file, { stateDirectory: '' }), `${directory}/state`);
    assert.equal(stateDirectoryFor(file, { stateDirectory: '/srv/a' }), '/srv/a');
  });
});
