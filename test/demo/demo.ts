import { makeCertificate } from '../support/certificates.ts';
import type { GatewayEvent } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import type { Uploaded } from './agent.ts';
import { upload } from './agent.ts';
import { startDemoOrigin } from './origin.ts';

/**
 * `npm run demo`: the main job on one machine without internet. A TLS server plays the data endpoint of a workspace, agents
 * upload through the gateway, two of them ask for what is not allowed. Ends with a verdict: exit 0 only if everything
 * that should pass passed and everything that should be refused was.
 */

const WORKSPACE = '7f4c0e55-91a2-4a3e-8c53-2f1f6f0d9b11';
const HOST = `${WORKSPACE}.ods.opinsights.azure.com`;
const STRANGE = 'www.example.com';
const AGENTS = 5;
const RECORDS = 400;
const LIMIT_MS = 15_000;
/** Workers hand their events over in batches; held back this long, they are shown in the order of their times. */
const ORDER_MS = 200;

interface Outcome {
  readonly who: string;
  readonly asked: string;
  readonly expected: string;
  readonly happened: string;
  readonly right: boolean;
}

const started = performance.now();
setTimeout(() => {
  say(`The demo did not finish within ${LIMIT_MS / 1000} s.`);
  process.exit(1);
}, LIMIT_MS).unref();

const certificate = await makeCertificate([HOST]);
const origin = await startDemoOrigin(certificate);
say(`A TLS server plays ${HOST} on loopback port ${origin.port}.`);

const gateway = await startGateway({
  workers: 2,
  presets: ['azure-monitor'],
  allowedPorts: [origin.port],
  dns: { hosts: { [HOST]: '127.0.0.1', [STRANGE]: '127.0.0.1' } },
  addressGuard: { allow: ['127.0.0.0/8'] },
});
say(`The gateway listens on port ${gateway.port}; it allows the preset azure-monitor.\n\nEvents as they happen:`);
let printed = 0;
const printing = setInterval(() => printEvents(ORDER_MS), 50);

const uploads = await Promise.all(Array.from({ length: AGENTS }, (_, index) => send(HOST, HOST, records(index))));
// Event 100 comes when a tunnel is closed: what arrives later is not from these.
const uploadsLogged = (await logged(107, AGENTS)) && (await logged(100, AGENTS));
const bytesBefore = origin.bytes;
const stranger = await send(STRANGE, STRANGE, records(AGENTS));
const liar = await send(HOST, STRANGE, records(AGENTS + 1));
const strangerLogged = await logged(105, 1);
const liarLogged = await logged(106, 1);
const code = await gateway.stop();
clearInterval(printing);
printEvents(0);
origin.close();

const refusedArrived = origin.bytes - bytesBefore;
const outcomes: Outcome[] = [
  ...uploads.map(({ happened, verified }, index) => {
    const expected = 'arrives unchanged, event 107';
    return { who: `agent ${index + 1}`, asked: HOST, expected, happened, right: verified && uploadsLogged };
  }),
  refused(
    'agent 6',
    STRANGE,
    '403 and event 105',
    stranger.happened,
    strangerLogged && stranger.happened.startsWith('HTTP/1.1 403 '),
  ),
  refused(
    'agent 7',
    `${HOST}, but greets ${STRANGE}`,
    'TLS alert and event 106',
    liar.happened,
    liarLogged && /UNRECOGNIZED.NAME/i.test(liar.happened),
  ),
];
summarize();

function send(host: string, serverName: string, items: readonly object[]): Promise<Uploaded> {
  const common = { gatewayPort: gateway.port, authority: certificate.certificate };
  return upload({ ...common, destination: `${host}:${origin.port}`, serverName, records: items });
}

function records(agent: number): object[] {
  return Array.from({ length: RECORDS }, (_, at) => ({ Computer: `web-${agent + 1}`, Counter: at, Value: at * 1.5 }));
}

function refused(who: string, asked: string, expected: string, happened: string, right: boolean): Outcome {
  return { who, asked, expected, happened, right: right && refusedArrived === 0 };
}

/** Whether the gateway logs so many events of a number within two seconds. */
async function logged(event: number, count: number): Promise<boolean> {
  const limit = performance.now() + 2_000;
  const seen = (): number => gateway.events.filter((each) => each.event === event).length;
  while (seen() < count && performance.now() < limit) await new Promise((resolve) => setTimeout(resolve, 20));
  return seen() === count;
}

/** Prints what is older than `minAgeMs`, oldest first. */
function printEvents(minAgeMs: number): void {
  const until = new Date(Date.now() - minAgeMs).toISOString();
  const waiting = gateway.events.slice(printed);
  const due = minAgeMs === 0 ? waiting.length : waiting.findIndex(({ time }) => time > until);
  const batch = due < 0 ? waiting : waiting.slice(0, due);
  printed += batch.length;
  for (const event of batch.toSorted((one, other) => one.time.localeCompare(other.time))) say(`  ${shown(event)}`);
}

function shown({ time, level, event, msg }: GatewayEvent): string {
  return `${time.slice(11, 23)} ${level.padEnd(5)} ${event} ${short(msg)}`;
}

function short(text: string): string {
  return text.replaceAll(WORKSPACE, '<workspace>');
}

function summarize(): void {
  const titles = ['who', 'asked for', 'expected', 'what happened', ''];
  const rows = outcomes.map(({ who, asked, expected, happened, right }) => [
    who,
    short(asked),
    expected,
    happened,
    right ? 'as it should' : 'WRONG',
  ]);
  say('\nWhat came of it:');
  for (const row of [titles, ...rows]) {
    const cells = row.map((cell, column) =>
      cell.padEnd(Math.max(...[titles, ...rows].map((each) => (each[column] ?? '').length))),
    );
    say(`  ${cells.join('  ').trimEnd()}`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(
    `\n${origin.uploads} uploads with ${origin.records} records arrived, and ${refusedArrived} bytes of refused agents.`,
  );
  say(`The gateway stopped with exit code ${String(code)}; ${seconds} s.`);
  const complete = origin.uploads === AGENTS && origin.records === AGENTS * RECORDS && bytesBefore > 0;
  const allRight = complete && code === 0 && outcomes.every(({ right }) => right);
  say(
    allRight ? 'Everything that should pass passed, everything that should be refused was.' : 'Something went wrong.',
  );
  process.exitCode = allRight ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
