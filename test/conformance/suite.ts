import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { requireProgram, runProgram } from '../support/programs.ts';
import type { RawOrigin } from '../support/raw-tunnel.ts';
import {
  SERVER_FLIGHT,
  openClient,
  openTunnel,
  rawHello,
  readAll,
  readBytes,
  startRawOrigin,
} from '../support/raw-tunnel.ts';

/**
 * What every engine must do, seen from outside: the whole gateway runs with the engine under test, both ends are plain
 * sockets. A new engine calls `conformanceSuite` with its name and passes, or is not an engine.
 */

const MEGABYTE = 1 << 20;
/** A client that sends an urgent byte (send(2), MSG_OOB) between others, all before the gateway reads any of them. */
const URGENT = `
import socket, sys, time
port, destination, hello = int(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3])
client = socket.create_connection(('127.0.0.1', port))
client.sendall(('CONNECT %s HTTP/1.1\\r\\nHost: %s\\r\\n\\r\\n' % (destination, destination)).encode())
client.recv(39, socket.MSG_WAITALL)
client.sendall(hello)
client.recv(int(sys.argv[4]), socket.MSG_WAITALL)
client.send(b'before')
client.send(b'!', socket.MSG_OOB)
client.send(b'behind')
client.shutdown(socket.SHUT_WR)
time.sleep(0.3)
`;

export function conformanceSuite(engine: 'portable' | 'linux'): void {
  describe(`the ${engine} engine`, () => {
    let origin: RawOrigin;
    let greeting: RawOrigin;
    /** Speaks no TLS: what it does with a connection is `meet`. */
    let bare: Server;
    let meet: (socket: Socket) => void = () => undefined;
    let gateway: Gateway;
    /** The same with short time limits, for the tests that wait for them. */
    let hasty: Gateway;
    let destination = '';
    let config: Readonly<Record<string, unknown>> = {};
    let serve: (socket: Socket) => void = () => undefined;

    before(async () => {
      origin = await startRawOrigin((socket) => {
        serve(socket);
      });
      greeting = await startRawOrigin(() => undefined, { greet: true });
      bare = createServer((socket) => {
        socket.on('error', () => undefined);
        meet(socket);
      }).listen(0, '127.0.0.1');
      await once(bare, 'listening');
      destination = `origin.test:${origin.port}`;
      config = {
        engine,
        workers: 1,
        allowedHosts: ['origin.test'],
        allowedPorts: [origin.port, greeting.port, portOf(bare)],
        dns: { hosts: { 'origin.test': '127.0.0.1' } },
        addressGuard: { allow: ['127.0.0.0/8'] },
      };
      gateway = await startGateway({ ...config, timeouts: { drain: 1 } });
      hasty = await startGateway({
        ...config,
        timeouts: { connectRequest: 2, clientHello: 2, idle: 3, halfClosed: 1 },
      });
    });

    after(async () => {
      await gateway.stop();
      await hasty.stop();
      await origin.close();
      await greeting.close();
      bare.close();
    });

    it('carries bytes exactly in both directions at once', async () => {
      serve = hashAndSend(8 * MEGABYTE);
      const client = await openTunnel(gateway.port, destination);
      await exchange(client, 8 * MEGABYTE);
    });

    it('carries 500 tunnels in parallel with their own bytes in both directions', async () => {
      serve = hashAndSend(64 * 1024);
      const clients = await Promise.all(Array.from({ length: 500 }, () => openTunnel(gateway.port, destination)));
      await Promise.all(clients.map((client) => exchange(client, 64 * 1024)));
    });

    it('forwards a ClientHello that came with the CONNECT request, and one that came byte by byte', async () => {
      serve = (socket) => socket.end('x');
      const client = await openClient(gateway.port);
      client.pause();
      const request = Buffer.from(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
      client.write(Buffer.concat([request, rawHello('origin.test')]));
      const seen = await readBytes(client, 39 + SERVER_FLIGHT.length + 1);
      assert.equal(seen.length, 39 + SERVER_FLIGHT.length + 1);
      client.destroy();

      const slow = await openClient(gateway.port);
      slow.pause();
      for (const byte of Buffer.concat([request, rawHello('origin.test')])) slow.write(Uint8Array.of(byte));
      assert.equal((await readBytes(slow, 39 + SERVER_FLIGHT.length + 1)).length, 39 + SERVER_FLIGHT.length + 1);
      slow.destroy();
    });

    it("forwards the client's half-close and keeps the other direction flowing", async () => {
      let heard = Buffer.alloc(0);
      serve = (socket) => {
        socket.on('data', (chunk: Buffer) => (heard = Buffer.concat([heard, chunk])));
        socket.on('end', () => setTimeout(() => socket.end('after the end'), 100));
      };
      const client = await openTunnel(gateway.port, destination);
      client.end('last words');
      assert.equal((await readAll(client)).toString(), 'after the end');
      assert.equal(heard.toString(), 'last words');
    });

    it("forwards the origin's half-close and keeps the other direction flowing", async () => {
      const heard = new Promise<string>((resolve) => {
        serve = (socket) => {
          socket.end('bye');
          void readAll(socket).then((bytes) => {
            resolve(bytes.toString());
          });
        };
      });
      const client = await openTunnel(gateway.port, destination);
      assert.equal((await readAll(client)).toString(), 'bye');
      client.end('still here');
      assert.equal(await heard, 'still here');
    });

    it('ends a tunnel that stays half-closed and silent', async () => {
      const gone = new Promise((resolve) => {
        serve = (socket) => {
          socket.end();
          socket.once('close', resolve);
        };
      });
      const client = await openTunnel(hasty.port, destination);
      const started = performance.now();
      client.resume();
      await gone;
      const tookMs = performance.now() - started;
      assert.ok(tookMs > 800 && tookMs < 4_000, `took ${tookMs} ms`);
      await hasty.waitForEvent((event) => event.reason === 'half-closed-timeout', 3_000);
      client.destroy();
    });

    it('ends a tunnel that is idle', async () => {
      serve = () => undefined;
      const client = await openTunnel(hasty.port, destination);
      client.resume();
      await closed(client);
      await hasty.waitForEvent((event) => event.reason === 'idle-timeout', 3_000);
    });

    it('passes a reset of the origin on as a reset, behind what was received before', async () => {
      serve = (socket) => {
        socket.write(Buffer.alloc(200_000, 7), () => setTimeout(() => socket.resetAndDestroy(), 300));
      };
      const client = await openTunnel(gateway.port, destination);
      let received = 0;
      client.on('data', (chunk: Buffer) => (received += chunk.length));
      const error = new Promise<NodeJS.ErrnoException>((resolve) => client.once('error', resolve));
      client.resume();
      await closed(client);
      assert.equal(received, 200_000);
      assert.equal((await error).code, 'ECONNRESET');
    });

    it('passes a reset of the client on as a reset', async () => {
      const code = new Promise<string | undefined>((resolve) => {
        serve = (socket) =>
          socket.on('error', (error: NodeJS.ErrnoException) => {
            resolve(error.code);
          });
      });
      const client = await openTunnel(gateway.port, destination);
      client.resetAndDestroy();
      assert.equal(await code, 'ECONNRESET');
      await gateway.waitForEvent((event) => event.reason === 'client-reset', 3_000);
    });

    it('survives a reset in every state before the tunnel stands', async () => {
      serve = (socket) => socket.end('alive');
      const request = `CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`;
      for (const sent of ['', 'CONN', request, `${request}\u0016\u0003`]) {
        const client = await openClient(gateway.port);
        if (sent !== '') client.write(Buffer.from(sent, 'latin1'));
        await new Promise((resolve) => setTimeout(resolve, 30));
        client.resetAndDestroy();
      }
      const client = await openTunnel(gateway.port, destination);
      assert.equal((await readAll(client)).toString(), 'alive');
      client.destroy();
    });

    it('passes a reset in the middle of the handshake on as a reset, from either side', async () => {
      const target = `origin.test:${portOf(bare)}`;
      const hello = rawHello('origin.test').subarray(0, -45);
      meet = (socket) => socket.once('data', () => socket.resetAndDestroy());
      const client = await connected(gateway.port, target);
      client.write(hello);
      assert.equal(await lossOf(client), 'ECONNRESET');
      await gateway.waitForEvent((event) => event.reason === 'origin-reset', 3_000);

      const loss = new Promise<string>((resolve) => {
        meet = (socket) => void lossOf(socket).then(resolve);
      });
      const other = await connected(gateway.port, target);
      other.write(hello);
      await new Promise((resolve) => setTimeout(resolve, 100));
      other.resetAndDestroy();
      assert.equal(await loss, 'ECONNRESET');
    });

    it('answers a client that has sent all it has to say before the answer', async () => {
      serve = (socket) => socket.on('end', () => socket.end('heard'));
      const client = await openClient(gateway.port);
      client.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
      client.end(rawHello('origin.test'));
      const said = (await readAll(client)).toString('latin1');
      assert.match(said, /^HTTP\/1\.1 200 /);
      assert.match(said, /heard$/);
    });

    it('says nothing about a connection that is opened and closed without a byte', async () => {
      serve = (socket) => socket.end();
      // Events of the tests before this one are still on their way.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const before = gateway.events.length;
      for (let probe = 0; probe < 5; probe += 1) (await openClient(gateway.port)).end();
      for (let probe = 0; probe < 5; probe += 1) (await openClient(gateway.port)).resetAndDestroy();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const told = gateway.events.slice(before).filter((event) => event.reason !== 'half-closed-timeout');
      assert.deepEqual(told, []);
    });

    it('answers 408 to a client that does not finish its request', async () => {
      const client = await openClient(hasty.port);
      client.write('CONNECT origin');
      assert.match((await readAll(client)).toString(), /^HTTP\/1\.1 408 /);
    });

    it('closes after a refusal and reads nothing further as a request', async () => {
      const client = await openClient(gateway.port);
      const request = `CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`;
      const connections = origin.connections;
      client.write(`CONNECT forbidden.test:443 HTTP/1.1\r\nHost: forbidden.test\r\n\r\n${request}`);
      const answer = (await readAll(client)).toString();
      assert.match(answer, /^HTTP\/1\.1 403 /);
      assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1);
      assert.equal(origin.connections, connections);
    });

    it('refuses a destination that speaks before the ClientHello', async () => {
      const client = await openClient(gateway.port);
      client.write(`CONNECT origin.test:${greeting.port} HTTP/1.1\r\nHost: origin.test\r\n\r\n`);
      const answer = await readAll(client);
      // 200, then a fatal alert (RFC 8446 section 6): level 2, unexpected_message 10.
      assert.deepEqual([...answer.subarray(39)], [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 10]);
      await gateway.waitForEvent((event) => event.reason === 'origin-spoke-first' && event.event === 106, 3_000);
    });

    it('carries both directions to their end when both half-close with 10 MB still on their way', async () => {
      const length = 10 * MEGABYTE;
      const bytes = randomBytes(length);
      const heard = new Promise<Buffer>((resolve) => {
        serve = (socket) => {
          socket.end(bytes);
          void readAll(socket, 30_000).then(resolve);
        };
      });
      const client = await openTunnel(gateway.port, destination);
      client.end(bytes);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const got = await readAll(client, 30_000);
      assert.ok(got.equals(bytes), `${got.length} bytes down`);
      assert.ok((await heard).equals(bytes));
      await gateway.waitForEvent(({ event, bytesUp, bytesDown }) => {
        return event === 100 && Number(bytesUp) > length && Number(bytesDown) > length;
      });
    });

    it('goes on when the first bytes of the origin are more than the client takes at once', async () => {
      const length = 16 * MEGABYTE;
      serve = (socket) => socket.end(Buffer.alloc(length, 3));
      const client = await openTunnel(gateway.port, destination);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal((await readAll(client, 30_000)).length, length);
      client.destroy();
    });

    it('passes on what surrounds urgent data, and stops for nothing', async (context) => {
      const python = requireProgram('python3', context);
      if (python === null) return;
      const heard = new Promise<string>((resolve) => {
        serve = (socket) => void readAll(socket).then((bytes) => resolve(bytes.toString('latin1')));
      });
      const hello = Buffer.from(rawHello('origin.test')).toString('hex');
      const { stderr, code } = await runProgram(python, [
        '-c',
        URGENT,
        String(gateway.port),
        destination,
        hello,
        String(SERVER_FLIGHT.length),
      ]);
      assert.equal(code, 0, stderr);
      // node:net cannot ask for urgent bytes in the stream (SO_OOBINLINE), so the portable engine loses them.
      assert.equal(await heard, engine === 'linux' ? 'before!behind' : 'beforebehind');
    });

    it('answers 503 at once when it is out of descriptors, says so once a second at most, and recovers by itself', async (context) => {
      const prlimit = requireProgram('prlimit', context);
      if (prlimit === null) return;
      serve = (socket) => socket.end('served');
      const poor = await startGateway(
        { ...config, timeouts: { connectRequest: 60, drain: 1 } },
        {},
        { launcher: [prlimit, '--nofile=120:120'] },
      );
      const startedMs = performance.now();
      // One after the other: a burst beyond the primary's own descriptors is closed by libuv before the gateway sees it.
      const clients: Socket[] = [];
      for (let count = 0; count < 140; count += 1) {
        // A primary that is busy handing over what came before holds descriptors that it would not have to.
        if (count % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        clients.push(await openClient(poor.port));
      }
      const request = `CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`;
      const answers = await Promise.all(
        clients.slice(110).map(async (client) => {
          client.write(request);
          return (await readBytes(client.pause(), 12)).toString('latin1');
        }),
      );
      assert.ok(performance.now() - startedMs < 5_000);
      // A primary that hands sockets over may lack descriptors itself: whom it cannot accept is closed without an answer.
      const heard = new Set(engine === 'linux' ? answers : answers.filter((answer) => answer !== ''));
      assert.deepEqual(heard, new Set(['HTTP/1.1 503']));
      await poor.waitForEvent(({ event, reason }) => event === 403 && reason === 'out-of-resources');
      const seconds = Math.ceil((performance.now() - startedMs) / 1000);
      const told = poor.events.filter(({ reason, tunnel }) => reason === 'out-of-resources' && tunnel === undefined);
      assert.ok(told.length <= seconds + 1, `${told.length} events in ${seconds} s`);
      for (const client of clients) client.destroy();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const client = await openTunnel(poor.port, destination);
      assert.equal((await readAll(client)).toString(), 'served');
      assert.equal(await poor.stop(), 0);
    });

    it('is well again by itself after it was out of descriptors', async (context) => {
      const prlimit = requireProgram('prlimit', context);
      if (prlimit === null) return;
      serve = (socket) => socket.end('served');
      const poor = await startGateway(
        { ...config, timeouts: { drain: 1 } },
        {},
        { launcher: [prlimit, '--nofile=120:120'] },
      );
      const clients = await Promise.all(Array.from({ length: 140 }, () => openClient(poor.port)));
      await new Promise((resolve) => setTimeout(resolve, 500));
      for (const client of clients) client.destroy();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const client = await openTunnel(poor.port, destination);
      assert.equal((await readAll(client)).toString(), 'served');
      client.destroy();
      assert.equal(await poor.stop(), 0);
    });

    it('serves IPv6 from end to end, and both families on a dual-stack listener', async () => {
      const six = await startRawOrigin((socket) => socket.end('over IPv6'), { host: '::1' });
      const both = await startGateway({
        ...config,
        listen: { host: '::' },
        allowedHosts: ['origin.test', '::1'],
        allowedPorts: [six.port],
        dns: { hosts: { 'origin.test': '::1' } },
        addressGuard: { allow: ['::1/128'] },
      });
      for (const host of ['::1', '127.0.0.1']) {
        const client = await openTunnel(both.port, `origin.test:${six.port}`, host);
        const { localPort } = client;
        assert.equal((await readAll(client)).toString(), 'over IPv6');
        client.end();
        const shown = host === '::1' ? `[::1]:${localPort}` : `127.0.0.1:${localPort}`;
        await both.waitForEvent(({ event, client: name }) => event === 100 && name === shown);
      }
      assert.equal(await both.stop(), 0);
      await six.close();
    });

    it('holds a sender back while its reader stops, within 16 MB', { timeout: 60_000 }, async () => {
      const total = 500 * MEGABYTE;
      let sent = 0;
      serve = (socket) => {
        const block = Buffer.alloc(MEGABYTE, 1);
        const send = (): void => {
          while (sent < total) {
            sent += block.length;
            if (!socket.write(block)) {
              socket.once('drain', send);
              return;
            }
          }
          socket.end();
        };
        send();
      };
      const [pid] = gateway.workerPids();
      assert.ok(pid !== undefined);
      const client = await openTunnel(gateway.port, destination);
      const before = residentBytes(pid);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const grown = residentBytes(pid) - before;
      assert.ok(sent < total, 'the origin was never held back');
      assert.ok(grown < 16 * MEGABYTE, `the worker grew by ${grown} bytes`);
      let received = 0;
      client.on('data', (chunk: Buffer) => (received += chunk.length));
      client.resume();
      await once(client, 'end');
      assert.equal(received, total);
      assert.ok(residentBytes(pid) - before < 64 * MEGABYTE);
      client.destroy();
    });
  });
}

/** An origin that hashes `length` bytes, answers with the digest and sends `length` bytes of its own meanwhile. */
function hashAndSend(length: number): (socket: Socket) => void {
  return (socket) => {
    const hash = createHash('sha256');
    const bytes = randomBytes(length);
    const sent = createHash('sha256').update(bytes).digest();
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      received += chunk.length;
      if (received === length) socket.write(Buffer.concat([hash.digest(), sent]));
    });
    socket.write(bytes);
  };
}

/** The client's half of `hashAndSend`: sends and receives at once, then compares both digests. */
async function exchange(client: Socket, length: number): Promise<void> {
  const bytes = randomBytes(length);
  client.write(bytes);
  const all = await readBytes(client, length + 64);
  assert.equal(all.length, length + 64);
  const payload = all.subarray(0, length);
  assert.deepEqual(all.subarray(length, length + 32), createHash('sha256').update(bytes).digest());
  assert.deepEqual(all.subarray(length + 32), createHash('sha256').update(payload).digest());
  client.destroy();
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
}

/** VmRSS of a process in bytes (proc(5)). */
function residentBytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? Number.NaN) * 1024;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** A client whose tunnel is granted, and that has said nothing in it yet. */
async function connected(port: number, destination: string): Promise<Socket> {
  const client = await openClient(port);
  client.pause();
  client.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
  assert.match((await readBytes(client, 39)).toString(), /^HTTP\/1\.1 200 /);
  return client;
}

/** How a connection ends: the code of its loss, or "" for a FIN. */
function lossOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? '');
    });
    socket.on('end', () => {
      resolve('');
    });
    socket.resume();
  });
}
