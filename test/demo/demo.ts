import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { inflateSync } from 'node:zlib';
import { makeCertificate } from '../support/certificates.ts';
import type { GatewayEvent } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { upload } from './agent.ts';

/**
 * `npm run demo`: the main job on one machine without internet. A TLS server plays the data endpoint of a workspace, agents
 * upload through the gateway, two of them ask for what is not allowed. Ends with a verdict: exit 0 only if everything
 * that should pass passed and everything that should be refused was.
 */

const WORKSPACE = '7f4c0e55-91a2-4a3e-8c53-2f1f6f0d9b11';
const HOST = `${WORKSPACE}.ods.opinsights.azure.com`;
const LIMIT_MS = 20_000;

interface Outcome {
  readonly who: string;
  readonly asked: string;
  readonly expected: 'pass' | 'refused';
  readonly happened: string;
  readonly right: boolean;
}

const started = performance.now();
setTimeout(() => {
  say('The demo did not finish within 20 s.');
  process.exit(1);
}, LIMIT_MS).unref();

const certificate = await makeCertificate([HOST]);
const received: number[] = [];
let printed = 0;
const origin = startOrigin();
origin.listen(0, '127.0.0.1');
await once(origin, 'listening');
const originPort = (origin.address() as AddressInfo).port;
say(`A TLS server plays ${HOST} on loopback port ${originPort}.`);

const gateway = await startGateway({
  workers: 2,
  presets: ['azure-monitor'],
  allowedPorts: [originPort],
  dns: { hosts: { [HOST]: '127.0.0.1', 'www.example.com': '127.0.0.1' } },
  addressGuard: { allow: ['127.0.0.0/8'] },
});
say(`The gateway listens on port ${gateway.port}; it allows the preset azure-monitor.\n\nEvents as they happen:`);
const printing = printEvents();

const common = { gatewayPort: gateway.port, authority: certificate.certificate };
const outcomes: Outcome[] = [];
await Promise.all(
  Array.from({ length: 5 }, async (_, index) => {
    const records = Array.from({ length: 400 }, (__, at) => ({
      Computer: `web-${index}`,
      Counter: at,
      Value: at * 1.5,
    }));
    const happened = await upload({ ...common, destination: `${HOST}:${originPort}`, serverName: HOST, records });
    const right = happened.startsWith('200') && received.filter((count) => count === 400).length > 0;
    outcomes.push({ who: `agent ${index + 1}`, asked: HOST, expected: 'pass', happened, right });
  }),
);

const stranger = await upload({
  ...common,
  destination: `www.example.com:${originPort}`,
  serverName: HOST,
  records: [],
});
outcomes.push(refused('agent 6', 'www.example.com', stranger, stranger.startsWith('HTTP/1.1 403')));

const before = received.length;
const liar = await upload({
  ...common,
  destination: `${HOST}:${originPort}`,
  serverName: 'www.example.com',
  records: [],
});
outcomes.push(
  refused(
    'agent 7',
    `${HOST}, SNI www.example.com`,
    liar,
    /UNRECOGNIZED.NAME/i.test(liar) && received.length === before,
  ),
);

await gateway.waitForEvent((event) => event.event === 106);
const code = await gateway.stop();
clearInterval(printing);
flushEvents();
origin.close();
summarize();

function startOrigin(): Server {
  const options = { key: certificate.key, cert: certificate.certificate };
  return createServer(options, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(inflateSync(Buffer.concat(chunks)).toString()) as { DataItems: object[] };
      received.push(body.DataItems.length);
      response.end('ok');
    });
  });
}

function refused(who: string, asked: string, happened: string, right: boolean): Outcome {
  return { who, asked, expected: 'refused', happened, right };
}

function printEvents(): NodeJS.Timeout {
  return setInterval(flushEvents, 50);
}

function flushEvents(): void {
  for (const event of gateway.events.slice(printed)) say(`  ${shown(event)}`);
  printed = gateway.events.length;
}

function shown({ time, level, event, msg }: GatewayEvent): string {
  return `${time.slice(11, 23)} ${level.padEnd(5)} ${event} ${msg.replaceAll(WORKSPACE, '<workspace>')}`;
}

function summarize(): void {
  say('\nWhat came of it:');
  outcomes.sort((one, other) => one.who.localeCompare(other.who));
  for (const { who, asked, expected, happened, right } of outcomes) {
    const mark = right ? 'as it should' : 'WRONG';
    say(
      `  ${who}  asked for ${asked.replaceAll(WORKSPACE, '<workspace>')}\n           ${mark}: ${expected === 'pass' ? 'passed' : 'refused'} (${happened})`,
    );
  }
  const allRight = outcomes.every(({ right }) => right) && code === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const records = received.reduce((sum, count) => sum + count, 0);
  say(
    `\n${received.length} uploads with ${records} records arrived; gateway stopped with exit code ${String(code)}; ${seconds} s.`,
  );
  say(
    allRight ? 'Everything that should pass passed, everything that should be refused was.' : 'Something went wrong.',
  );
  process.exitCode = allRight ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
