import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { endWithUs } from '../support/children.ts';
import type { Gateway } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import { requireProgram, runProgram } from '../support/programs.ts';

/**
 * Resumption with real programs: a session passes on every worker once one of them has verified its full handshake, and
 * on no worker when none has.
 */

const HOST = 'origin.test';
const AGENT = '0a1b2c3d-0000-4000-8000-000000000001';

interface Scene {
  readonly openssl: string;
  readonly directory: string;
  readonly server: ChildProcess;
  readonly port: number;
  readonly gateway: Gateway;
}

describe('openssl that resumes a session', () => {
  for (const [kind, options] of [
    ['by ticket', []],
    ['by session id', ['-no_ticket']],
  ] as const) {
    it(`${kind}, passes on every worker behind a verified full handshake`, (context) =>
      onScene(context, options, { engine: 'portable', workers: 2 }, async (scene) => {
        const session = join(scene.directory, 'session.pem');
        await connect(scene, ['-sess_out', session, ...certificate(scene)]);
        const full = await verified(scene, 0);
        assert.deepEqual([full['resumed'], full['clientCertificate']], [false, `CN=${AGENT}`]);
        // The workers of this engine take turns: six connections reach both.
        for (let count = 1; count <= 6; count += 1) {
          await connect(scene, ['-sess_in', session]);
          const resumed = await verified(scene, count);
          assert.deepEqual([resumed['resumed'], resumed['clientCertificate']], [true, `CN=${AGENT}`]);
        }
        const workers = new Set(
          scene.gateway.events.filter(({ event }) => event === 107).map(({ tunnel }) => worker(tunnel)),
        );
        assert.equal(workers.size, 2);
      }));

    it(`${kind}, that the gateway has not seen begin, is cut, and its next full handshake passes`, (context) =>
      onScene(context, options, { workers: 1 }, async (scene) => {
        const session = join(scene.directory, 'session.pem');
        const around = ['s_client', '-connect', `127.0.0.1:${scene.port}`, '-tls1_2', '-servername', HOST];
        await runProgram(scene.openssl, [...around, '-sess_out', session, ...certificate(scene)], 'Q\n');
        const result = await connect(scene, ['-sess_in', session, ...certificate(scene)]);
        assert.match(result.stderr, /handshake failure/);
        const event = await scene.gateway.waitForEvent(({ reason }) => reason === 'resumption-unknown');
        assert.equal(event.event, 105);
        await connect(scene, certificate(scene));
        assert.equal((await verified(scene, 0))['resumed'], false);
      }));
  }

  it('is known to a worker that takes the place of the one that verified it', (context) =>
    onScene(context, [], { workers: 1 }, async (scene) => {
      const session = join(scene.directory, 'session.pem');
      await connect(scene, ['-sess_out', session, ...certificate(scene)]);
      await verified(scene, 0);
      for (const pid of scene.gateway.workerPids()) process.kill(pid, 'SIGKILL');
      await scene.gateway.waitForEvent(({ reason }) => reason === 'worker-replaced');
      await connect(scene, ['-sess_in', session]);
      assert.equal((await verified(scene, 1))['resumed'], true);
    }));
});

function certificate({ directory }: Scene): string[] {
  return ['-cert', join(directory, 'client.pem'), '-key', join(directory, 'client.key')];
}

function connect({ openssl, gateway, port }: Scene, options: readonly string[]): ReturnType<typeof runProgram> {
  const proxied = ['s_client', '-proxy', `127.0.0.1:${gateway.port}`, '-connect', `${HOST}:${port}`];
  return runProgram(openssl, [...proxied, '-tls1_2', '-servername', HOST, ...options], 'Q\n');
}

/** The event 107 behind `count` earlier ones. */
async function verified({ gateway }: Scene, count: number): Promise<Gateway['events'][number]> {
  await gateway.waitForEvent(() => gateway.events.filter(({ event }) => event === 107).length > count);
  const event = gateway.events.filter((each) => each.event === 107)[count];
  assert.ok(event !== undefined);
  return event;
}

function worker(tunnel: string | undefined): string {
  return (tunnel ?? '').split('-').slice(0, 2).join('-');
}

async function onScene(
  context: Parameters<typeof requireProgram>[1],
  options: readonly string[],
  config: Readonly<Record<string, unknown>>,
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const openssl = requireProgram('openssl', context);
  if (openssl === null) return;
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-resumption-'));
  for (const [name, subject] of [
    ['server', HOST],
    ['client', AGENT],
  ] as const) {
    const files = ['-keyout', join(directory, `${name}.key`), '-out', join(directory, `${name}.pem`)];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const made = await runProgram(openssl, ['req', ...kind, ...files, '-subj', `/CN=${subject}`]);
    assert.equal(made.code, 0, made.stderr);
  }
  const port = await freePort();
  const keys = ['-cert', join(directory, 'server.pem'), '-key', join(directory, 'server.key')];
  const server = spawn(
    openssl,
    ['s_server', '-accept', `127.0.0.1:${port}`, ...keys, '-tls1_2', '-verify', '1', ...options],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  endWithUs(server, 'SIGKILL');
  await new Promise((resolve) => server.stdout.once('data', resolve));
  server.stdout.resume();
  const gateway = await startGateway({
    ...config,
    allowedHosts: [HOST],
    allowedPorts: [port],
    allowedClientCertificates: [AGENT],
    dns: { hosts: { [HOST]: '127.0.0.1' } },
    addressGuard: { allow: ['127.0.0.0/8'] },
  });
  try {
    await play({ openssl, directory, server, port, gateway });
  } finally {
    await gateway.stop();
    server.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}
