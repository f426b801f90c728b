import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { requireProgram, runProgram } from '../support/programs.ts';
import { expectForbidden, setStage } from './stage.ts';

describe('curl', () => {
  it('goes through with every HTTP and TLS version, 50 MB down and up, and is refused cleanly', async (context) => {
    const curl = requireProgram('curl', context);
    const stage = curl === null ? null : await setStage(context);
    if (curl === null || stage === null) return;
    try {
      const { gateway, nginx, allowed, forbidden, large } = stage;
      const digest = createHash('sha256').update(large).digest('hex');
      const common = ['-sS', '-x', `http://127.0.0.1:${gateway.port}`, '--cacert', nginx.authorityFile];
      const variants = [
        ['--http1.1', '--tlsv1.2', '--tls-max', '1.2'],
        ['--http1.1', '--tlsv1.3'],
        ['--http2', '--tlsv1.2', '--tls-max', '1.2'],
        ['--http2', '--tlsv1.3'],
      ];
      const body = join(nginx.directory, 'body');
      writeFileSync(body, large);
      for (const variant of variants) {
        const target = join(nginx.directory, 'download');
        const down = await runProgram(curl, [
          ...common,
          ...variant,
          '-o',
          target,
          '-w',
          '%{size_download}',
          `https://${allowed}/large`,
        ]);
        assert.deepEqual([down.code, down.stdout], [0, String(large.length)], down.stderr);
        const hashed = await runProgram('sha256sum', [target]);
        assert.equal(hashed.stdout.slice(0, 64), digest, variant.join(' '));
        const up = await runProgram(curl, [
          ...common,
          ...variant,
          '--data-binary',
          `@${body}`,
          `https://${allowed}/upload`,
        ]);
        assert.deepEqual([up.code, up.stdout], [0, digest], up.stderr);
      }
      const refused = await runProgram(curl, [...common, `https://${forbidden}/small`]);
      // CURLE_COULDNT_CONNECT or CURLE_RECV_ERROR, by version: the proxy refused the tunnel.
      assert.ok(refused.code === 56 || refused.code === 7, `curl exited with ${refused.code}: ${refused.stderr}`);
      assert.match(refused.stderr, /403/);
      assert.ok(refused.tookMs < 2_000, `took ${refused.tookMs} ms`);
      await expectForbidden(stage);
    } finally {
      await stage.close();
    }
  });
});
