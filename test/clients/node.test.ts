import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { get } from 'node:https';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { HOST, expectForbidden, setStage } from './stage.ts';
import type { Stage } from './stage.ts';

/** Node's own client, which needs no other program, and requests as agents write them that are not installed here. */

describe('node:https through CONNECT', () => {
  it('reads a page, and is told 403 with a sentence for another host', async (context) => {
    const stage = await setStage(context);
    if (stage === null) return;
    try {
      const { status, body, socket } = await ask(stage, stage.allowed);
      assert.deepEqual([status, body], [200, '']);
      assert.equal(await readPage(stage, socket), 'hello through the gateway\n');
      const startedMs = performance.now();
      const refused = await ask(stage, stage.forbidden);
      assert.equal(refused.status, 403);
      assert.match(refused.body, /^Target host \(forbidden\.test\) is forbidden/);
      assert.ok(performance.now() - startedMs < 2_000);
      await expectForbidden(stage);
    } finally {
      await stage.close();
    }
  });
});

/** Heads that were seen on the wire from agents and their libraries, line by line. */
const HEADS: readonly (readonly [string, (authority: string) => string])[] = [
  ['HTTP/1.0 without Host (Python urllib before 3.12)', (authority) => `CONNECT ${authority} HTTP/1.0\r\n\r\n`],
  [
    'curl, with Proxy-Connection',
    (authority) =>
      `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: curl/7.37.0\r\nProxy-Connection: Keep-Alive\r\n\r\n`,
  ],
  [
    'Ruby Net::HTTP, with credentials nobody asked for',
    (authority) =>
      `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nProxy-Authorization: Basic b21zOnNlY3JldA==\r\n\r\n`,
  ],
];

describe('CONNECT as agents write it', () => {
  for (const [name, head] of HEADS) {
    it(`opens a tunnel: ${name}`, async (context) => {
      const stage = await setStage(context);
      if (stage === null) return;
      try {
        const socket = connect(stage.gateway.port, '127.0.0.1');
        socket.write(head(stage.allowed));
        const [answer] = (await once(socket, 'data')) as [Buffer];
        assert.equal(answer.toString('latin1'), 'HTTP/1.1 200 Connection established\r\n\r\n');
        assert.equal(await readPage(stage, socket), 'hello through the gateway\n');
        await stage.gateway.waitForEvent(({ event, destination }) => event === 100 && destination === stage.allowed);
        const log = JSON.stringify(stage.gateway.events);
        assert.ok(!log.includes('b21zOnNlY3JldA'), 'credentials do not get into the log');
      } finally {
        await stage.close();
      }
    });
  }
});

async function ask(stage: Stage, authority: string): Promise<{ status: number; body: string; socket: Socket }> {
  const asked = request({ port: stage.gateway.port, method: 'CONNECT', path: authority, headers: { host: authority } });
  asked.end();
  const [response, socket, head] = (await once(asked, 'connect')) as [{ statusCode: number }, Socket, Buffer];
  let body = head.toString();
  if (response.statusCode !== 200) {
    socket.on('data', (chunk: Buffer) => (body += chunk.toString()));
    socket.resume();
    if (!socket.readableEnded) await once(socket, 'end');
    socket.destroy();
  }
  return { status: response.statusCode, body, socket };
}

async function readPage(stage: Stage, socket: Socket): Promise<string> {
  const ca = readFileSync(stage.nginx.authorityFile);
  const secure = connectTls({ socket, servername: HOST, ca });
  await once(secure, 'secureConnect');
  const asked = get({ host: HOST, path: '/small', createConnection: () => secure });
  const [response] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
  let page = '';
  for await (const chunk of response) page += chunk.toString();
  secure.destroy();
  return page;
}
