import type { BenchOptions } from 'tinybench';
import { Bench } from 'tinybench';
import type { Command } from '../src/tunnel/command.ts';
import type { Side } from '../src/tunnel/input.ts';
import { Session } from '../src/tunnel/session.ts';
import type { SessionContext } from '../src/tunnel/state.ts';
import { ascii } from '../test/support/feed.ts';
import { recordedHandshakes } from '../test/support/handshakes.ts';
import { sessionContext } from '../test/support/session-context.ts';
import { keep } from './support/keep.ts';

/**
 * What does a tunnel's session cost from CONNECT until it is opaque, for handshakes that OpenSSL recorded? The first task is
 * what every tunnel costs before the server answers: the difference is what observing the handshake adds.
 */

const WORKSPACE = '0a1b2c3d-1111-4222-8333-444455556666';
const REQUEST = ascii('CONNECT origin.test:443 HTTP/1.1\r\nHost: origin.test:443\r\n\r\n');
const SEGMENT = 1_460;

interface Read {
  readonly from: Side;
  readonly bytes: Uint8Array;
}

export function createBench(options: BenchOptions): Bench {
  const bench = new Bench({ ...options, name: 'one session until it is opaque' });
  const enforcing = sessionContext({ allowedHosts: ['origin.test'], allowedClientCertificates: [WORKSPACE] });
  const open = sessionContext({ allowedHosts: ['origin.test'] });
  const full = reads('openssl-tls12-rsa-id');
  bench.add('CONNECT and ClientHello alone', () => {
    keep(play(enforcing, full.slice(0, 1)));
  });
  for (const [name, context, recording] of [
    ['TLS 1.2, client certificate checked', enforcing, full],
    ['the same, in segments', enforcing, segments(full)],
    ['TLS 1.2, ticket, client certificate not checked', open, reads('openssl-tls12-ecdsa-ticket')],
    ['TLS 1.2 resumed, client certificate not checked', open, reads('openssl-tls12-ecdsa-ticket-resumed')],
    ['TLS 1.3, client certificate hidden', enforcing, reads('openssl-tls13-certificate')],
    ['TLS 1.3 with HelloRetryRequest', enforcing, reads('openssl-tls13-retry')],
  ] as const) {
    if (play(context, recording) !== 'opaque') throw new Error(`"${name}" does not become opaque`);
    bench.add(name, () => {
      keep(play(context, recording));
    });
  }
  return bench;
}

/** @returns the state it ends in */
function play(context: SessionContext, recording: readonly Read[]): string {
  const session = new Session(context, 0, '192.0.2.77');
  const out: Command[] = [];
  session.on({ kind: 'received', from: 'client', bytes: REQUEST }, 0, out);
  session.on({ kind: 'dialed', address: '192.0.2.1' }, 0, out);
  for (const { from, bytes } of recording) {
    out.length = 0;
    session.on({ kind: 'received', from, bytes }, 0, out);
    if (session.state === 'opaque') break;
  }
  return session.state;
}

function reads(name: string): readonly Read[] {
  const recording = recordedHandshakes().find((each) => each.name === name);
  if (recording === undefined) throw new Error(`there is no recording ${name}`);
  return recording.flights;
}

function segments(recording: readonly Read[]): readonly Read[] {
  return recording.flatMap(({ from, bytes }) => {
    const count = Math.ceil(bytes.length / SEGMENT);
    return Array.from({ length: count }, (_, index) => ({
      from,
      bytes: bytes.subarray(index * SEGMENT, (index + 1) * SEGMENT),
    }));
  });
}
