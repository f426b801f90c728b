import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requireProgram, runProgram } from '../support/programs.ts';
import type { Stage } from './stage.ts';
import { HOST, expectForbidden, setStage } from './stage.ts';

describe('openssl s_client', () => {
  it('verifies the server through the gateway, in TLS 1.2 and 1.3', (context) =>
    onStage(context, async (openssl, { gateway, nginx, allowed }) => {
      for (const version of ['-tls1_2', '-tls1_3']) {
        const result = await runProgram(
          openssl,
          [...proxied(gateway.port, allowed), version, '-servername', HOST, '-CAfile', nginx.authorityFile, '-ign_eof'],
          `GET /small HTTP/1.0\r\nHost: ${HOST}\r\n\r\n`,
        );
        assert.match(result.stdout, /Verify return code: 0 \(ok\)/, result.stderr);
        assert.match(result.stdout, /hello through the gateway/);
      }
    }));

  it('is refused at once for a host that is not allowed', (context) =>
    onStage(context, async (openssl, stage) => {
      const result = await runProgram(openssl, proxied(stage.gateway.port, stage.forbidden));
      assert.notEqual(result.code, 0);
      assert.match(result.stderr, /403/);
      assert.ok(result.tookMs < 2_000, `took ${result.tookMs} ms`);
      await expectForbidden(stage);
    }));

  for (const [lie, option, reason, alert] of [
    ['names another server in its hello', ['-servername', 'other.test'], 'sni-mismatch', /unrecognized.name/i],
    ['names no server in its hello', ['-noservername'], 'sni-missing', /unrecognized.name/i],
    [
      'offers only TLS 1.1',
      ['-servername', HOST, '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'],
      'tls-version',
      /protocol version/i,
    ],
  ] as const) {
    it(`gets an alert when it ${lie}, and nothing reaches the server`, (context) =>
      onStage(context, async (openssl, { gateway, allowed }) => {
        const result = await runProgram(openssl, [...proxied(gateway.port, allowed), ...option]);
        assert.notEqual(result.code, 0);
        assert.match(result.stderr, alert);
        const event = await gateway.waitForEvent((each) => each.reason === reason && each.event === 106);
        const closing = await gateway.waitForEvent((each) => each.tunnel === event.tunnel && each.event === 100);
        assert.equal(closing['bytesUp'], 0);
      }));
  }
});

function proxied(port: number, destination: string): string[] {
  return ['s_client', '-proxy', `127.0.0.1:${port}`, '-connect', destination];
}

async function onStage(
  context: Parameters<typeof requireProgram>[1],
  play: (openssl: string, stage: Stage) => Promise<void>,
): Promise<void> {
  const openssl = requireProgram('openssl', context);
  const stage = openssl === null ? null : await setStage(context);
  if (openssl === null || stage === null) return;
  try {
    await play(openssl, stage);
  } finally {
    await stage.close();
  }
}
