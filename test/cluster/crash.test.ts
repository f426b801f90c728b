import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';
import { startGateway } from '../support/gateway.ts';
import { runProgram } from '../support/programs.ts';
import { isAlive } from '../support/upgrade-stage.ts';

/** Exceptions in threads that move no bytes; that of the loop is in fault.test.ts. */

/** Loaded before the product, which has no switch for it. @returns the file for `node --require` */
function trap(source: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'oms-gateway-trap-')), 'trap.cjs');
  writeFileSync(file, source);
  return file;
}

describe('an exception', { timeout: 60_000 }, () => {
  it('in the primary is event 400 with its stack; everything ends, with exit code 1', async () => {
    const file = trap(`
      if (require('node:worker_threads').isMainThread && require('node:cluster').isPrimary) {
        process.on('SIGWINCH', () => { throw new Error('tripped in the primary'); });
      }`);
    const config = { workers: 2, allowedHosts: ['origin.test'] };
    const gateway = await startGateway(config, { NODE_OPTIONS: `--require ${file}` });
    const workers = gateway.workerPids();
    assert.equal(workers.length, 2);
    gateway.signal('SIGWINCH');
    assert.equal(await gateway.exited, 1);
    const error = await gateway.waitForEvent(({ event }) => event === 400);
    assert.match(String(error['detail']), /tripped in the primary/);
    await gateway.waitForEvent(({ event, msg }) => event === 102 && /by an exception/.test(msg));
    assert.deepEqual(workers.filter(isAlive), []);
  });

  it('in the control thread of a worker is event 400 with its stack; another worker takes its place', async () => {
    const file = trap(`
      if (require('node:worker_threads').isMainThread && require('node:cluster').isWorker) {
        process.on('SIGWINCH', () => { throw new Error('tripped in the control thread'); });
      }`);
    const config = { workers: 2, allowedHosts: ['origin.test'] };
    const gateway = await startGateway(config, { NODE_OPTIONS: `--require ${file}` });
    process.kill(gateway.workerPids()[0] ?? 0, 'SIGWINCH');
    const error = await gateway.waitForEvent(({ event }) => event === 400);
    assert.match(String(error['detail']), /tripped in the control thread/);
    await gateway.waitForEvent(({ reason, cause }) => reason === 'worker-replaced' && cause === 'exit code 1');
    assert.equal(await gateway.stop(), 0);
  });

  for (const [how, deed] of [
    ['an exception between two questions', 'setImmediate(() => { throw new Error("tripped in the verifier"); })'],
    ['its sudden end', 'process.exit(3)'],
    ['it hangs', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
  ] as const) {
    it(`in the thread that verifies certificates (${how}) costs no more than that answer`, async () => {
      const file = trap(`
        const fs = require('node:fs');
        const read = fs.readFileSync;
        fs.readFileSync = (path, ...rest) => {
          if (path === '/trip.pem') { ${deed}; }
          return read(path, ...rest);
        };
        require('node:module').syncBuiltinESMExports();`);
      const script = `
        import { ServerCertificateVerifier } from ${JSON.stringify(packageFile('dist/src/trust/verifier.js'))};
        const verifier = new ServerCertificateVerifier({ trustedCertificates: '/trip.pem', limitMs: 3000 });
        const host = (text) => ({ kind: 'name', text });
        const answers = [await verifier.verify([], host('a.test'))];
        await new Promise((resolve) => setTimeout(resolve, 200));
        answers.push(await verifier.verify([], host('b.test')));
        console.log(JSON.stringify(answers.map(({ ok, detail }) => [ok, detail])));
        process.exit(0);`;
      const args = ['--require', file, '--input-type=module', '--eval', script];
      const { code, stdout, stderr } = await runProgram(process.execPath, args);
      assert.equal(code, 0, stderr);
      const answers = JSON.parse(stdout) as [boolean, string][];
      assert.equal(answers.length, 2);
      for (const [ok, detail] of answers) {
        assert.equal(ok, false);
        assert.match(detail, /^it could not be verified: /);
      }
    });
  }
});
