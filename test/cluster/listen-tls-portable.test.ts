import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, describe, it } from 'node:test';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { makeCertificate } from '../support/certificates.ts';
import type { Gateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import type { Nginx } from '../support/nginx.ts';
import { startNginx } from '../support/nginx.ts';
import type { Issued } from '../support/pki.ts';
import { AUTHORITY, Pki, serverFor } from '../support/pki.ts';
import type { Outcome } from '../support/programs.ts';
import { requireProgram, runProgram } from '../support/programs.ts';
import { openSockets } from '../support/process-facts.ts';
import { openClient, readAll } from '../support/raw-tunnel.ts';

/** The gateway as an HTTPS proxy: curl and Node speak TLS to it, with and without certificates of their own. */

const HOST = 'origin.test';
const LARGE_BYTES = 20_000_000;
const AGENT = 'a7f5c2de-0000-4000-8000-000000000001';

interface Stage {
  readonly curl: string;
  readonly pki: Pki;
  readonly nginx: Nginx;
  readonly authority: Issued;
  readonly proxy: Issued;
  readonly large: Buffer;
}

describe('TLS to the gateway', () => {
  let stage: Stage | null = null;
  const open = async (context: TestContext): Promise<Stage | null> => (stage ??= await setStage(context));
  after(async () => {
    await stage?.nginx.stop();
    stage?.pki.close();
  });

  it('lets go of connections whose handshake is not finished, probes among them', async (context) => {
    const on = await open(context);
    if (on === null) return;
    const gateway = await start(on, { workers: 1, timeouts: { connectRequest: 1 } });
    const sockets = (): number => gateway.workerPids().reduce((sum, pid) => sum + openSockets(pid), 0);
    const before = sockets();
    const hello = Buffer.from('160301020001', 'hex');
    const held = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const socket = await openClient(gateway.port);
        if (index % 3 === 0) socket.end();
        else if (index % 3 === 1) socket.write(hello);
        else socket.end(hello);
        return socket;
      }),
    );
    const limit = performance.now() + 15_000;
    while (sockets() > before && performance.now() < limit) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(sockets(), before);
    // Probes are silent, the others are told.
    const told = (): number => gateway.events.filter(({ event }) => event === 402).length;
    while (told() < 40 && performance.now() < limit) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(told(), 40);
    for (const socket of held) socket.destroy();
    assert.equal((await curl(on, gateway, 'small', [])).code, 0);
    await gateway.stop();
  });

  it('carries whole transfers, speaks TLS 1.2 and 1.3, and refuses other hosts as ever', async (context) => {
    const on = await open(context);
    if (on === null) return;
    const gateway = await start(on, {});
    const digest = createHash('sha256').update(on.large).digest('hex');
    const body = join(on.nginx.directory, 'body');
    const target = join(on.nginx.directory, 'target');
    writeFileSync(body, on.large);
    const down = await curl(on, gateway, 'large', ['-o', target]);
    assert.equal(down.code, 0, down.stderr);
    assert.equal((await runProgram('sha256sum', [target])).stdout.slice(0, 64), digest);
    const up = await curl(on, gateway, 'upload', ['--data-binary', `@${body}`]);
    assert.deepEqual([up.code, up.stdout], [0, digest], up.stderr);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await openSecurely(gateway.port, on, { minVersion: version, maxVersion: version });
      assert.equal(socket.getProtocol(), version);
      socket.destroy();
    }
    const refused = await curl(on, gateway, 'small', [], 'forbidden.test');
    assert.match(refused.stderr, /403/);
    await gateway.stop();
    assert.ok(gateway.events.some(({ event, msg }) => event === 101 && msg.includes('engine portable')));
  });

  it('lets in only clients with a certificate of the authorities whose subject is allowed, and says why not', async (context) => {
    const on = await open(context);
    if (on === null) return;
    const { pki, authority } = on;
    const other = pki.issue({ subject: '/CN=another authority', extensions: AUTHORITY });
    const agent = pki.issue({ subject: `/CN=${AGENT}/OU=Agents`, issuer: authority });
    const stranger = pki.issue({ subject: '/CN=stranger', issuer: authority });
    const foreign = pki.issue({ subject: `/CN=${AGENT}`, issuer: other });
    const gateway = await start(on, {
      listen: { tls: { ...tlsOf(on), clientAuthorities: authority.certificateFile } },
      allowedClientCertificates: [AGENT],
      tls: { hiddenClientCertificate: 'allow' },
    });
    const with_ = (issued: Issued): Promise<Outcome> =>
      curl(on, gateway, 'small', ['--proxy-cert', issued.certificateFile, '--proxy-key', issued.keyFile]);
    const reasonAfter = async (run: Promise<Outcome>): Promise<[string | undefined, string]> => {
      const before = gateway.events.length;
      const { stderr } = await run;
      const event = await gateway.waitForEvent((each) => each.event === 105 && gateway.events.indexOf(each) >= before);
      return [event.reason, `${stderr}${event.msg}`];
    };
    for (const [run, reason, text] of [
      [() => curl(on, gateway, 'small', []), 'gateway-certificate-missing', /403[^]*has shown none/],
      [() => with_(foreign), 'gateway-certificate-untrusted', /403[^]*CN=a7f5c2de/],
      [() => with_(stranger), 'gateway-certificate-not-allowed', /403[^]*Invalid Client certificate: CN=stranger/],
    ] as const) {
      const [seen, said] = await reasonAfter(run());
      assert.equal(seen, reason);
      assert.match(said, text);
    }
    assert.ok(!gateway.events.some(({ event }) => event === 107), 'none of them was connected to anything');
    const allowed = await with_(agent);
    assert.deepEqual([allowed.code, allowed.stdout], [0, 'hello\n'], allowed.stderr);
    await gateway.waitForEvent(
      ({ event, clientCertificate }) => event === 103 && clientCertificate === `CN=${AGENT},OU=Agents`,
    );
    await gateway.stop();
  });

  it('tells clients that speak no TLS from probes, which are silent', async (context) => {
    const on = await open(context);
    if (on === null) return;
    const gateway = await start(on, {});
    const probe = connectPlain(gateway.port, '127.0.0.1');
    await new Promise((resolve) => probe.once('connect', resolve));
    probe.destroy();
    const plain = connectPlain(gateway.port, '127.0.0.1');
    plain.write(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    const answer = await readAll(plain);
    assert.ok(!answer.toString('latin1').includes('200'));
    const told = await gateway.waitForEvent(({ event }) => event === 402);
    assert.equal(told.reason, 'gateway-handshake-failed');
    assert.match(told.msg, /speaks plain HTTP/);
    assert.match(told.client ?? '', /^127\.0\.0\.1:\d+$/);
    await gateway.stop();
    assert.deepEqual(
      gateway.events.filter(({ event }) => ![100, 101, 102, 402].includes(event)),
      [],
    );
  });

  it('takes up a renewed certificate by itself; a key that does not fit yet changes nothing', async (context) => {
    const on = await open(context);
    if (on === null) return;
    const files = { certificate: join(on.pki.directory, 'live.pem'), key: join(on.pki.directory, 'live.key') };
    const install = (issued: Issued, what: 'certificate' | 'key'): void => {
      const from = what === 'key' ? issued.keyFile : issued.certificateFile;
      copyFileSync(from, `${files[what]}.new`);
      renameSync(`${files[what]}.new`, files[what]);
    };
    install(on.proxy, 'certificate');
    install(on.proxy, 'key');
    const gateway = await start(on, { listen: { tls: files }, workers: 2 });
    const first = await serial(gateway.port, on);
    // A tunnel stays open meanwhile.
    const held = await openSecurely(gateway.port, on);
    const next = on.pki.issue({ subject: '/CN=proxy', issuer: on.authority, extensions: serverFor('IP:127.0.0.1') });
    install(next, 'certificate');
    await gateway.waitForEvent(({ reason }) => reason === 'reload-refused', 15_000);
    assert.equal(await serial(gateway.port, on), first);
    install(next, 'key');
    await gateway.waitForEvent(({ reason }) => reason === 'listen-certificate-renewed', 15_000);
    for (let worker = 0; worker < 4; worker += 1) assert.notEqual(await serial(gateway.port, on), first);
    held.write(`CONNECT ${HOST}:${on.nginx.port} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    const answer = await new Promise<Buffer>((resolve) => held.once('data', resolve));
    assert.match(answer.toString('latin1'), /^HTTP\/1\.1 200 /);
    held.destroy();
    await gateway.stop();
  });

  it('serves Node', async (context) => {
    const on = await open(context);
    if (on === null) return;
    const gateway = await start(on, {});
    const outer = await openSecurely(gateway.port, on);
    outer.write(`CONNECT ${HOST}:${on.nginx.port} HTTP/1.1\r\nHost: ${HOST}:${on.nginx.port}\r\n\r\n`);
    await new Promise((resolve) => outer.once('data', resolve));
    const inner = connect({ socket: outer, servername: HOST, ca: readFileSync(on.nginx.authorityFile) });
    inner.end(`GET /small HTTP/1.0\r\nHost: ${HOST}\r\n\r\n`);
    assert.match((await readAll(inner)).toString('latin1'), /^HTTP\/1\.1 200 OK[^]*hello\n$/);
    outer.destroy();
    await gateway.stop();
  });
});

/** Null when a program is missing and the test was skipped for it. */
async function setStage(context: TestContext): Promise<Stage | null> {
  const [curlProgram, nginxProgram] = [requireProgram('curl', context), requireProgram('nginx', context)];
  const pki = curlProgram === null || nginxProgram === null ? null : Pki.open(context);
  if (curlProgram === null || nginxProgram === null || pki === null) return null;
  const authority = pki.issue({ subject: '/CN=authority', extensions: AUTHORITY });
  const proxy = pki.issue({ subject: '/CN=proxy', issuer: authority, extensions: serverFor('IP:127.0.0.1') });
  const large = randomBytes(LARGE_BYTES);
  const nginx = await startNginx(nginxProgram, await makeCertificate([HOST]), { large, small: 'hello\n' });
  return { curl: curlProgram, pki, nginx, authority, proxy, large };
}

function tlsOf({ proxy }: Stage): { readonly certificate: string; readonly key: string } {
  return { certificate: proxy.certificateFile, key: proxy.keyFile };
}

function start(on: Stage, config: Readonly<Record<string, unknown>>): Promise<Gateway> {
  return startGateway({
    allowedHosts: [HOST],
    allowedPorts: [on.nginx.port],
    dns: { hosts: { [HOST]: '127.0.0.1', 'forbidden.test': '127.0.0.1' } },
    addressGuard: { allow: ['127.0.0.0/8'] },
    listen: { tls: tlsOf(on) },
    ...config,
    engine: 'auto',
  });
}

function curl(on: Stage, gateway: Gateway, file: string, more: readonly string[], host = HOST): Promise<Outcome> {
  const proxy = ['-x', `https://127.0.0.1:${gateway.port}`, '--proxy-cacert', on.authority.certificateFile];
  const args = [
    '-sS',
    ...proxy,
    '--cacert',
    on.nginx.authorityFile,
    ...more,
    `https://${host}:${on.nginx.port}/${file}`,
  ];
  return runProgram(on.curl, args);
}

/** A TLS connection to the gateway, verified. */
function openSecurely(port: number, on: Stage, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca: on.authority.pem, ...options }, () => {
      resolve(socket);
    });
    socket.on('error', reject);
  });
}

/** Serial number of the certificate that the gateway shows now. */
async function serial(port: number, on: Stage): Promise<string> {
  const socket = await openSecurely(port, on);
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}
