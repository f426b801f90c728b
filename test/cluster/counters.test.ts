import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Status } from '../../src/admin/status.ts';
import type { Gateway } from '../support/gateway.ts';
import { freePort, startGateway } from '../support/gateway.ts';
import { readMetrics } from '../support/metrics.ts';
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
 * Counters held against what is known to have happened: 2,000 tunnels with known outcomes over two workers, one of
 * which is killed in the middle.
 */

const PAYLOAD = Buffer.alloc(1000, 'x');
const HELLO_BYTES = rawHello('origin.test').length;
const FLIGHT_BYTES = SERVER_FLIGHT.length;

for (const engine of ['portable', 'linux'] as const) {
  describe(`counters (${engine} engine)`, { skip: engine === 'linux' && process.platform !== 'linux' }, () => {
    let origin: RawOrigin;
    let refusing: number;

    before(async () => {
      refusing = await freePort();
      origin = await startRawOrigin((socket) => {
        socket.on('data', (chunk: Buffer) => socket.write(chunk));
        socket.on('end', () => socket.end());
      });
    });
    after(() => origin.close());

    const start = async (): Promise<[Gateway, string]> => {
      const port = await freePort();
      const gateway = await startGateway({
        engine,
        workers: 2,
        admin: { port },
        allowedHosts: ['origin.test'],
        allowedPorts: [origin.port, refusing],
        dns: { hosts: { 'origin.test': '127.0.0.1' } },
        addressGuard: { allow: ['127.0.0.0/8'] },
      });
      return [gateway, `http://127.0.0.1:${port}`];
    };

    /** One client from one of five addresses; resolves when its connection is closed. */
    const outcomes: readonly ((port: number) => Promise<void>)[] = [
      async (port) => {
        const socket = await openTunnel(port, `origin.test:${origin.port}`);
        socket.write(PAYLOAD);
        await readBytes(socket, PAYLOAD.length);
        socket.end();
        await readAll(socket);
      },
      async (port) => {
        await ask(port, `CONNECT strange.test:443 HTTP/1.1\r\nHost: strange.test:443\r\n\r\n`, '403');
      },
      async (port) => {
        const destination = `origin.test:${origin.port}`;
        const socket = await openClient(port);
        socket.pause();
        socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
        await readBytes(socket, 39);
        socket.write(rawHello('other.test'));
        await readAll(socket);
        socket.destroy();
      },
      async (port) => {
        await ask(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', '405');
      },
      async (port) => {
        const destination = `origin.test:${refusing}`;
        await ask(port, `CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`, '502');
      },
      // Opened and closed without a byte: a probe of a load balancer.
      async (port) => {
        const socket = await openClient(port);
        socket.end();
        await readAll(socket);
      },
    ];

    it('are exactly right after 2,000 tunnels of known outcome, one worker killed in between', async () => {
      const [gateway, admin] = await start();
      // One after the other: a burst may all go to the worker that happens to be awake.
      const held: Socket[] = [];
      for (let count = 0; count < 80; count += 1) {
        held.push(await openTunnel(gateway.port, `origin.test:${origin.port}`));
      }
      let cut = 0;
      for (const socket of held)
        socket
          .once('close', () => (cut += 1))
          .on('end', () => socket.destroy())
          .resume();
      // 960 before the worker dies, 960 after.
      await run(gateway.port, outcomes, 960);
      // Bytes of open tunnels are told once a second; everything else at once.
      await delay(1_300);
      const [victim] = gateway.workerPids();
      assert.ok(victim !== undefined);
      process.kill(victim, 'SIGKILL');
      const replaced = await gateway.waitForEvent(({ reason }) => reason === 'worker-replaced');
      await run(gateway.port, outcomes, 960);
      // Bytes of open tunnels are told once a second; everything else at once.
      await delay(1_300);
      assert.ok(cut > 0 && cut < held.length, `${cut} of ${held.length} were cut`);
      assert.equal(replaced['tunnels'], cut);

      const of = 2 * 160;
      const status = (await (await fetch(`${admin}/status`)).json()) as Status;
      assert.deepEqual(status.counters, {
        activeClientConnections: held.length - cut,
        connectedClients: 1,
        errorCount: of,
        rejectionCount: of,
      });
      assert.deepEqual(status.tunnels, {
        open: held.length - cut,
        opened: held.length + 2 * of,
        closed: 2 * of + cut,
        // The one who finishes last ends it; here the origin answers the client's half-close with its own.
        endings: { 'origin-closed': of, 'sni-mismatch': of, 'worker-lost': cut },
      });
      assert.deepEqual(status.rejections, { 'host-not-allowed': of, 'sni-mismatch': of, 'not-connect': of });
      assert.deepEqual(status.failures, { 'connection-refused': of });
      const alertBytes = 7;
      assert.equal(status.bytes.up, of * (HELLO_BYTES + PAYLOAD.length) + held.length * HELLO_BYTES);
      assert.equal(status.bytes.down, of * (FLIGHT_BYTES + PAYLOAD.length + alertBytes) + held.length * FLIGHT_BYTES);

      const metrics = await readMetrics(admin);
      assert.equal(metrics.get('oms_gateway_active_client_connections'), held.length - cut);
      assert.equal(metrics.get('oms_gateway_connected_clients'), 1);
      assert.equal(metrics.get('oms_gateway_errors_total'), of);
      assert.equal(metrics.get('oms_gateway_tls_rejections_total'), of);
      assert.equal(metrics.get('oms_gateway_rejections_total{reason="host-not-allowed"}'), of);
      assert.equal(metrics.get('oms_gateway_tunnels_closed_total{ending="worker-lost"}'), cut);
      assert.equal(metrics.get('oms_gateway_dial_seconds_count'), held.length + 2 * of);
      assert.equal(metrics.get('oms_gateway_setup_seconds_count'), held.length + of);
      assert.equal(metrics.get('oms_gateway_tunnel_duration_seconds_count'), 2 * of);
      assert.equal(metrics.get('oms_gateway_workers_replaced_total'), 1);
      assert.equal(metrics.get('oms_gateway_workers'), 2);
      for (const socket of held) socket.destroy();
      assert.equal(await gateway.stop(), 0);
    });

    it('agree with the log when a worker is killed in the middle of everything', async () => {
      const [gateway, admin] = await start();
      const load = run(gateway.port, outcomes, 900, true);
      await delay(400);
      const [victim] = gateway.workerPids();
      assert.ok(victim !== undefined);
      process.kill(victim, 'SIGKILL');
      await gateway.waitForEvent(({ reason }) => reason === 'worker-replaced');
      await load;
      await delay(400);
      const metrics = await readMetrics(admin);
      for (const event of [100, 101, 103, 104, 105, 106, 107, 402, 403]) {
        const logged = gateway.events.filter((each) => each.event === event).length;
        assert.equal(metrics.get(`oms_gateway_events_total{event="${event}"}`), logged, `event ${event}`);
      }
      assert.equal(metrics.get('oms_gateway_active_client_connections'), 0);
      assert.equal(metrics.get('oms_gateway_connected_clients'), 0);
      assert.equal(metrics.get('oms_gateway_tunnels_open'), 0);
      assert.equal(await gateway.stop(), 0);
    });
  });
}

/** Runs `count` clients, each outcome as often as the next, sixteen at a time. */
async function run(
  port: number,
  outcomes: readonly ((port: number) => Promise<void>)[],
  count: number,
  mayBeCut = false,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const outcome = outcomes[next % outcomes.length];
      next += 1;
      try {
        await outcome?.(port);
      } catch (error) {
        if (!mayBeCut) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
}

async function ask(port: number, request: string, status: string): Promise<void> {
  const socket: Socket = await openClient(port);
  socket.write(request);
  const answer = (await readAll(socket)).toString('latin1');
  socket.destroy();
  assert.equal(answer.slice(9, 12), status, answer);
}
