import assert from 'node:assert/strict';
import type { Side } from '../../src/tunnel/input.ts';
import { ConnectRequestParser } from '../../src/http/connect-request.ts';
import { judgeClientCertificate } from '../../src/policy/client-certificate.ts';
import { readCertificate } from '../../src/tls/certificate.ts';
import { HelloAssembler } from '../../src/tls/hello-assembler.ts';
import { nameKey } from '../../src/tls/distinguished-name.ts';
import { parseName } from '../../src/tls/distinguished-name-text.ts';
import { recordedCertificate } from '../support/der.ts';
import { ascii, feed, joined } from '../support/feed.ts';
import { recordedHellos } from '../support/fixtures.ts';
import type { RecordedHandshake } from '../support/handshakes.ts';
import { recordedHandshakes } from '../support/handshakes.ts';
import { sessionContext } from '../support/session-context.ts';
import { cut, mutate } from './mutate.ts';
import type { Random } from './random.ts';
import type { Outcome } from './ride.ts';
import { Ride, WORKSPACE } from './ride.ts';

/** What is fuzzed, each with the one sentence that must stay true. A run that throws is a finding. */

export interface Target {
  readonly name: string;
  readonly invariant: string;
  run(random: Random): void;
}

const HELLOS = recordedHellos().map(({ bytes }) => bytes);
const HANDSHAKES = recordedHandshakes();
const FLIGHTS = HANDSHAKES.flatMap(({ flights }) => flights.map(({ bytes }) => bytes));
const CERTIFICATES = ['oms-agent-linux', 'hybrid-worker', 'server-ecdsa', 'umlauts'].map(recordedCertificate);
const REQUESTS = [
  'CONNECT origin.test:443 HTTP/1.1\r\nHost: origin.test:443\r\n\r\n',
  'CONNECT [2001:db8::1]:443 HTTP/1.0\r\n\r\n',
  'CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nUser-Agent: curl/7.37.0\r\nProxy-Authorization: Basic YTpi\r\n\r\n',
].map(ascii);
const NAMES = [
  'CN=Hybrid Runbook Worker,OU=Azure Automation,O="Microsoft Corporation",C=US',
  'C = US + O=a\\,b, CN=\\c3\\bc\\ , 1.2.3=#0c0141',
];

const ENFORCING = sessionContext({
  allowedHosts: ['origin.test'],
  allowedClientCertificates: [WORKSPACE],
  limits: { handshakeBytes: 32_768 },
  tls: { minVersion: '1.0' },
});
const OPEN = sessionContext({
  allowedHosts: ['origin.test'],
  limits: { handshakeBytes: 32_768 },
  tls: { minVersion: '1.0' },
});

export const TARGETS: readonly Target[] = [
  {
    name: 'connect-request',
    invariant: 'A CONNECT request gets one answer, however it is cut, and nothing makes the parser throw.',
    run: (random) => {
      const bytes = mutate(random.pick(REQUESTS), random, REQUESTS);
      const whole = feed(new ConnectRequestParser({ headerBytes: 256 }), bytes, [bytes.length]);
      assert.deepEqual(feed(new ConnectRequestParser({ headerBytes: 256 }), bytes, ends(bytes, random)), whole);
    },
  },
  {
    name: 'client-hello',
    invariant:
      'A ClientHello gets one answer, however it is cut, and nothing makes the parser throw or hold more than its limit.',
    run: (random) => {
      const bytes = mutate(random.pick(HELLOS), random, HELLOS);
      const whole = feed(new HelloAssembler(4096), bytes, [bytes.length]);
      assert.deepEqual(feed(new HelloAssembler(4096), bytes, ends(bytes, random)), whole);
      if (whole.state === 'need-more') assert.ok(bytes.length < 4096, 'more than the limit would be held');
    },
  },
  {
    name: 'certificate',
    invariant: 'A certificate is read or refused, never thrown over, and its subject cannot break a log line.',
    run: (random) => {
      const bytes = mutate(random.pick(CERTIFICATES), random, CERTIFICATES);
      const read = readCertificate(bytes);
      if (!read.ok) return;
      const verdict = judgeClientCertificate(read.certificate.subject, ENFORCING.rules.clientCertificate);
      const subject = verdict.allow ? '' : String(verdict.fields['subject']);
      assert.ok(subject.length <= 400 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(subject), JSON.stringify(subject));
      if (verdict.allow)
        assert.ok(Buffer.from(bytes).toString('latin1').toLowerCase().includes(WORKSPACE), 'allowed without its name');
    },
  },
  {
    name: 'subject-text',
    invariant: 'A subject text is read or refused with a sentence, never thrown over.',
    run: (random) => {
      const text = Buffer.from(
        mutate(
          Buffer.from(random.pick(NAMES)),
          random,
          NAMES.map((name) => Buffer.from(name)),
        ),
      ).toString();
      const parsed = parseName(text);
      if (parsed.ok) assert.ok(nameKey(parsed.name).length > 0);
      else assert.match(parsed.detail, /; expected one like/);
    },
  },
  {
    name: 'handshake',
    invariant:
      'A session with altered handshakes never throws, never invents or reorders a byte, and comes to one verdict however they are cut.',
    run: (random) => {
      const handshake = random.pick(HANDSHAKES);
      const context = random.pick([ENFORCING, OPEN]);
      const altered = new Set<Side>();
      const flights = handshake.flights.map(({ from, bytes }) => {
        if (!random.once(3)) return { from, bytes };
        altered.add(from);
        return { from, bytes: mutate(bytes, random, FLIGHTS) };
      });
      const [one, other] = [ride(context, flights, random), ride(context, flights, random)];
      // Where both sides are at fault, either may be seen first.
      if (altered.size === 2) assert.equal(other.verified, one.verified, handshake.name);
      else assert.deepEqual(other, one, handshake.name);
    },
  },
  {
    name: 'checked-field',
    invariant: 'A session whose handshake was altered in a checked field is never verified.',
    run: (random) => {
      const handshake = random.pick(HANDSHAKES);
      const alteration = random.pick(ALTERATIONS);
      const flights = alteration.alter(handshake, random);
      if (flights === null) return;
      const outcome = ride(ENFORCING, flights, random);
      assert.ok(!outcome.verified, `${handshake.name}, ${alteration.field}: ${outcome.events.join(', ')}`);
    },
  },
];

type Flights = RecordedHandshake['flights'];

function ride(context: typeof OPEN, flights: Flights, random: Random): Outcome {
  const session = new Ride(context);
  for (const { from, bytes } of flights) for (const piece of cut(bytes, random)) session.give(from, piece);
  return session.finish();
}

/** Where pieces end when bytes are cut at random. */
function ends(bytes: Uint8Array, random: Random): number[] {
  let end = 0;
  return bytes.length === 0 ? [0] : cut(bytes, random).map((piece) => (end += piece.length));
}

interface Alteration {
  readonly field: string;
  /** Null when the handshake has no such field in the clear. */
  alter(handshake: RecordedHandshake, random: Random): Flights | null;
}

/** Offsets in a flight that begins with a hello: record head, message head, version, random. */
const VERSION_AT = 9;
const SESSION_ID_AT = 43;

const ALTERATIONS: readonly Alteration[] = [
  {
    field: 'server name of the ClientHello',
    alter: ({ flights }, random) => replaceText(flights, 'client', 'origin.test', random),
  },
  {
    field: 'subject of the client certificate',
    alter: ({ name, flights }, random) => {
      const isVisible = /tls1[02].*(?:certificate|id|ticket)$/.test(name) && !name.includes('empty');
      return isVisible ? replaceText(flights, 'client', WORKSPACE, random) : null;
    },
  },
  {
    field: 'version of the ServerHello',
    alter: ({ flights }, random) => inServerHello(flights, VERSION_AT, [0x03, random.pick([0x00, 0x05, 0x7f])]),
  },
  {
    field: 'cipher suite of the ServerHello',
    alter: ({ flights }) => {
      const hello = flights.find(({ from }) => from === 'origin')?.bytes;
      if (hello === undefined) return null;
      return inServerHello(flights, SESSION_ID_AT + 1 + (hello[SESSION_ID_AT] ?? 0), [0x13, 0x37]);
    },
  },
  {
    field: 'type of the first message',
    alter: ({ flights }, random) => inServerHello(flights, 5, [random.pick([0, 1, 3, 4, 8, 11, 12, 14, 15, 20, 255])]),
  },
];

/** Changes one character wherever the text stands. Null when it stands nowhere. */
function replaceText(flights: Flights, side: Side, text: string, random: Random): Flights | null {
  const at = random.below(text.length);
  const changed = text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1);
  let found = false;
  const altered = flights.map(({ from, bytes }) => {
    const latin1 = Buffer.from(bytes).toString('latin1');
    if (from !== side || !latin1.includes(text)) return { from, bytes };
    found = true;
    return { from, bytes: Uint8Array.from(Buffer.from(latin1.replaceAll(text, changed), 'latin1')) };
  });
  return found ? altered : null;
}

function inServerHello(flights: Flights, at: number, values: readonly number[]): Flights {
  const index = flights.findIndex(({ from }) => from === 'origin');
  return flights.map(({ from, bytes }, each) => {
    if (each !== index) return { from, bytes };
    return { from, bytes: joined(bytes.subarray(0, at), Uint8Array.from(values), bytes.subarray(at + values.length)) };
  });
}
