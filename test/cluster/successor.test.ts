import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startSuccessor } from '../../src/cluster/successor.ts';
import { packageFile } from '../../src/config/package-file.ts';
import { copyPackage } from '../support/package-copy.ts';
import { runProgram } from '../support/programs.ts';

describe('a successor', { timeout: 60_000 }, () => {
  it('is given up when it takes too long, or when the gateway is to end meanwhile', async () => {
    const copy = copyPackage('99.0.3', (directory) => {
      writeFileSync(join(directory, 'dist/src/cli/main.js'), 'setInterval(() => undefined, 1000);');
    });
    const sockets = { listenFd: 0, adminFd: null, isManaged: false };
    const late = await startSuccessor(copy.main, sockets, new AbortController().signal, 300);
    assert.deepEqual(late, { ok: false, why: 'it did not serve within 0.3 s' });
    const ending = new AbortController();
    const waiting = startSuccessor(copy.main, sockets, ending.signal);
    ending.abort();
    assert.deepEqual(await waiting, { ok: false, why: 'this gateway was told to end meanwhile' });
    rmSync(copy.directory, { recursive: true, force: true });
  });

  it('is refused to the first process of a container', async (context) => {
    const script = `import { judgeUpgrade } from ${JSON.stringify(packageFile('dist/src/cluster/successor.js'))};
      console.log(JSON.stringify(judgeUpgrade('/')));`;
    const args = ['-rp', '--fork', process.execPath, '--input-type=module', '--eval', script];
    const { code, stdout } = await runProgram('unshare', args);
    if (code !== 0) context.skip('unshare -rp is not permitted here');
    else assert.match((JSON.parse(stdout) as { why: string }).why, /^a container ends with its first process/);
  });
});
