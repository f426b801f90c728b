import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Side } from '../../src/tunnel/input.ts';
import type { SessionContext } from '../../src/tunnel/state.ts';
import { joined } from '../support/feed.ts';
import type { Recording, Turn } from '../support/recordings.ts';
import { recording, recordings } from '../support/recordings.ts';
import { HOST, Replay, bytesFrom, plainMemory, replayContext } from '../support/replay.ts';
import { checkedPlaces } from '../support/wire-map.ts';

const OLD = { tls: { minVersion: '1.0' } } as const;
const WORKSPACE = '0a1b2c3d-0000-4000-8000-000000000001';
const SUBJECT = `CN=${WORKSPACE},CN=11111111-2222-4333-8444-555555555555,OU=Linux Monitoring Agent,O=Microsoft`;
const ENFORCED = { ...OLD, allowedClientCertificates: [WORKSPACE] } as const;
const DENIED = { ...OLD, allowedClientCertificates: ['somebody-else'] } as const;
const ALL = recordings();

/** Recordings that end with an alert instead of event 107. */
const GIVEN_UP = ['tls12-alert-unknown-ca', 'tls13-refused-version'];

function play(name: string, context: SessionContext): Replay {
  return new Replay(context).play(recording(name).turns);
}

function fieldsOf(replay: Replay): Readonly<Record<string, unknown>> {
  return replay.outcome.reports.at(-1)?.fields ?? {};
}

function helloOf(name: string): Uint8Array {
  const [first] = recording(name).turns;
  assert.ok(first !== undefined);
  return first.bytes;
}

describe('a recorded handshake', () => {
  it('there are enough of them', () => assert.ok(ALL.length >= 25));

  for (const { name, turns } of ALL) {
    it(`${name} is followed to its end, and not a byte is changed`, () => {
      const replay = new Replay(replayContext(OLD)).play(turns);
      const { state, toClient, toOrigin } = replay.outcome;
      assert.equal(state, GIVEN_UP.includes(name) ? 'ending' : 'opaque');
      assert.deepEqual(replay.told, GIVEN_UP.includes(name) ? [] : ['107']);
      assert.deepEqual(toOrigin, bytesFrom(turns, 'client'));
      assert.deepEqual(toClient, bytesFrom(turns, 'origin'));
    });
  }

  it('is told in event 107', () => {
    const expected = {
      'tls10-rsa': ['TLS 1.0', 'TLS_RSA_WITH_AES_128_CBC_SHA', 'none', false],
      'tls11-rsa-client': ['TLS 1.1', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', SUBJECT, false],
      'tls12-ecdsa-client': ['TLS 1.2', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', SUBJECT, false],
      'tls12-ecdsa-client-empty': ['TLS 1.2', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'none', false],
      'tls12-resumed-by-id-2': ['TLS 1.2', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'none', true],
      'tls13-rsa-client': ['TLS 1.3', 'TLS_AES_256_GCM_SHA384', 'hidden', false],
      'tls13-early-data': ['TLS 1.3', 'TLS_AES_256_GCM_SHA384', 'hidden', true],
    };
    for (const [name, [version, cipherSuite, clientCertificate, resumed]] of Object.entries(expected)) {
      assert.deepEqual(
        fieldsOf(play(name, replayContext(OLD))),
        { version, cipherSuite, sni: HOST, clientCertificate, resumed, sinceConnectMs: 0 },
        name,
      );
    }
  });

  it('gives the alert that ended it as the reason of the end', () => {
    const replay = play('tls12-alert-unknown-ca', replayContext(OLD));
    replay.on({ kind: 'ended', from: 'client' }).on({ kind: 'ended', from: 'origin' });
    const close = replay.commands.at(-1);
    assert.ok(close?.kind === 'close');
    assert.deepEqual([close.reason, close.fields], ['client-alert', { alert: 'unknown_ca' }]);
  });
});

/** The turns with one of them cut in two. */
function cutTurns(turns: readonly Turn[]): Turn[][] {
  return turns.flatMap(({ from, bytes }, index) =>
    Array.from({ length: bytes.length - 1 }, (_, cut) => [
      ...turns.slice(0, index),
      { from, bytes: bytes.slice(0, cut + 1) },
      { from, bytes: bytes.slice(cut + 1) },
      ...turns.slice(index + 1),
    ]),
  );
}

function singleBytes(turns: readonly Turn[]): Turn[] {
  return turns.flatMap(({ from, bytes }) => Array.from(bytes, (byte) => ({ from, bytes: Uint8Array.of(byte) })));
}

/** Both directions behind the first flight in an order drawn by `random`, in chunks of up to `chunkBytes`. */
function shuffled(turns: readonly Turn[], chunkBytes: number, random: () => number): Turn[] {
  const [hello, ...rest] = turns;
  const left: Record<Side, Uint8Array> = { client: bytesFrom(rest, 'client'), origin: bytesFrom(rest, 'origin') };
  // A server that speaks before there is a ClientHello is refused for that.
  const out: Turn[] = hello === undefined ? [] : [hello];
  while (left.client.length + left.origin.length > 0) {
    const side: Side = random() * (left.client.length + left.origin.length) < left.client.length ? 'client' : 'origin';
    const size = 1 + Math.floor(random() * Math.min(chunkBytes, left[side].length));
    out.push({ from: side, bytes: left[side].slice(0, size) });
    left[side] = left[side].slice(size);
  }
  return out;
}

const CASES = [
  { title: 'verified', config: OLD, names: ALL.map(({ name }) => name).filter((name) => !GIVEN_UP.includes(name)) },
  { title: 'with its certificate denied', config: DENIED, names: ['tls11-rsa-client', 'tls12-ecdsa-client'] },
  { title: 'with its certificate allowed', config: ENFORCED, names: ['tls12-ecdsa-client', 'gnutls-tls12-client'] },
  { title: 'without a certificate', config: DENIED, names: ['tls12-ecdsa-client-empty'] },
  { title: 'of an unknown session', config: DENIED, names: ['tls12-resumed-by-id-2', 'tls12-resumed-by-ticket-2'] },
  {
    title: 'of a version that is not allowed',
    config: { tls: { maxVersion: '1.2' } },
    names: ['gnutls-tls13'],
  },
];

describe('the verdict on a handshake', () => {
  for (const { title, config, names } of CASES) {
    const context = replayContext(config, plainMemory());
    it(`${title} does not depend on where the network cuts it`, () => {
      for (const name of names) {
        const { turns } = recording(name);
        const whole = new Replay(context).play(turns);
        for (const cut of [...cutTurns(turns), singleBytes(turns)]) {
          const replay = new Replay(context).play(cut);
          assert.deepEqual(replay.told, whole.told, name);
          assert.deepEqual(replay.outcome.reports.at(-1)?.fields, whole.outcome.reports.at(-1)?.fields, name);
          assert.equal(replay.outcome.state, whole.outcome.state, name);
          assert.deepEqual(replay.outcome.toOrigin, whole.outcome.toOrigin, name);
        }
      }
    });

    it(`${title} does not depend on how its directions interleave`, () => {
      for (const name of names) {
        const { turns } = recording(name);
        const { told, outcome } = new Replay(context).play(turns);
        fc.assert(
          fc.property(fc.integer(), fc.integer({ min: 1, max: 3000 }), (seed, chunkBytes) => {
            const replay = new Replay(context).play(shuffled(turns, chunkBytes, generator(seed)));
            assert.deepEqual([replay.told, replay.outcome.state], [told, outcome.state], name);
            assert.deepEqual(replay.outcome.toOrigin, outcome.toOrigin, name);
          }),
          { numRuns: 40 },
        );
      }
    });
  }
});

describe('client certificates', () => {
  it('that are allowed pass, and event 107 names the subject', () => {
    for (const name of ['tls11-rsa-client', 'tls12-ecdsa-client', 'tls12-resumed-by-id-1', 'gnutls-tls12-client']) {
      const replay = play(name, replayContext(ENFORCED));
      assert.deepEqual(replay.told, ['107'], name);
      assert.equal(fieldsOf(replay)['clientCertificate'], SUBJECT);
    }
  });

  for (const [name, config, reason] of [
    ['tls12-ecdsa-client', DENIED, 'client-certificate-not-allowed'],
    ['tls11-rsa-client', DENIED, 'client-certificate-not-allowed'],
    ['tls12-ecdsa-client-empty', ENFORCED, 'client-certificate-missing'],
    ['tls12-ocsp', { ...ENFORCED, tls: { clientCertificate: 'always' } }, 'client-certificate-not-requested'],
    ['tls12-psk', { ...ENFORCED, tls: { clientCertificate: 'always' } }, 'client-certificate-not-requested'],
    ['tls12-resumed-by-id-2', ENFORCED, 'resumption-unknown'],
    ['tls12-resumed-by-ticket-2', ENFORCED, 'resumption-unknown'],
  ] as const) {
    it(`${reason}: not one byte of the flight of ${name} reaches the destination`, () => {
      const replay = play(name, replayContext(config));
      assert.deepEqual(replay.told, [`105 ${reason}`]);
      const version = name === 'tls11-rsa-client' ? 2 : 3;
      const code = reason === 'resumption-unknown' ? 40 : 49;
      const alert = Uint8Array.of(0x15, 3, version, 0, 2, 2, code);
      assert.deepEqual(replay.outcome.toOrigin, joined(helloOf(name), alert));
      assert.deepEqual(replay.outcome.toClient.slice(-7), alert);
      assert.equal(replay.outcome.state, 'closed');
    });
  }

  it('that nobody asks for may stay away by default', () => {
    for (const name of ['tls12-ocsp', 'tls12-psk']) assert.deepEqual(play(name, replayContext(ENFORCED)).told, ['107']);
  });

  it('that are hidden by TLS 1.3 pass, or are refused at the ServerHello', () => {
    assert.deepEqual(play('tls13-rsa-client', replayContext(ENFORCED)).told, ['107']);
    const strict = replayContext({ ...ENFORCED, tls: { hiddenClientCertificate: 'reject' } });
    for (const name of ['tls13-rsa-client', 'tls13-hrr', 'gnutls-tls13']) {
      const replay = play(name, strict);
      assert.deepEqual(replay.told, ['106 client-certificate-hidden'], name);
      assert.deepEqual([...replay.outcome.toClient], [0x15, 3, 3, 0, 2, 2, 70], name);
    }
    assert.deepEqual(play('tls13-ecdsa', replayContext({ tls: { hiddenClientCertificate: 'reject' } })).told, ['107']);
  });

  it('whose DER is broken are malformed while they are checked, and unreadable while not', () => {
    const { turns } = recording('tls12-ecdsa-client');
    const broken = turns.map(({ from, bytes }, index) => {
      const copy = bytes.slice();
      // Record head, message head, list length, certificate length: then the tag of the certificate.
      if (index === 2) copy[5 + 4 + 3 + 3] = 0x31;
      return { from, bytes: copy };
    });
    const enforced = new Replay(replayContext(ENFORCED)).play(broken);
    assert.deepEqual(enforced.told, ['402 client-certificate-malformed']);
    const lenient = new Replay(replayContext(OLD)).play(broken);
    assert.deepEqual([lenient.told, fieldsOf(lenient)['clientCertificate']], [['107'], 'unreadable']);
  });

  it('beyond the limit are refused as too large', () => {
    const context = replayContext({ ...ENFORCED, limits: { handshakeBytes: 4096 } });
    const { turns } = recording('tls12-ecdsa-client');
    const chain = new Uint8Array(8192);
    chain.set([0x16, 3, 3, 0x1f, 0xfb, 11, 0, 0x1f, 0xf7]);
    const replay = new Replay(context).play(turns.slice(0, 2)).send('client', chain);
    assert.deepEqual(replay.told, ['402 handshake-too-large']);
    assert.deepEqual(replay.outcome.toOrigin.slice(0, -7), helloOf('tls12-ecdsa-client'));
  });
});

describe('a resumed session', () => {
  for (const kind of ['id', 'ticket']) {
    it(`passes by ${kind} once the gateway has verified its full handshake, and only to the same destination`, () => {
      const context = replayContext(ENFORCED);
      const [full, resumed] = [`tls12-resumed-by-${kind}-1`, `tls12-resumed-by-${kind}-2`];
      assert.deepEqual(play(resumed, context).told, ['105 resumption-unknown']);
      assert.deepEqual(play(full, context).told, ['107']);
      const replay = play(resumed, context);
      assert.deepEqual(replay.told, ['107']);
      assert.deepEqual([fieldsOf(replay)['clientCertificate'], fieldsOf(replay)['resumed']], [SUBJECT, true]);
    });

    it(`stays unknown by ${kind} when the full handshake did not come to its end`, () => {
      const context = replayContext(ENFORCED);
      const { turns } = recording(`tls12-resumed-by-${kind}-1`);
      const replay = new Replay(context).play(turns.slice(0, 3));
      const last = turns[3]?.bytes ?? new Uint8Array(0);
      // Everything but the server's Finished: the certificate is shown, but nobody has accepted the signature yet.
      replay.send('origin', last.slice(0, -45)).on({ kind: 'ended', from: 'origin' });
      assert.deepEqual(replay.told, []);
      assert.deepEqual(play(`tls12-resumed-by-${kind}-2`, context).told, ['105 resumption-unknown']);
    });
  }
});

describe('mode "report"', () => {
  it('lets through what would be refused, and says so once for each thing', () => {
    const context = replayContext({ ...DENIED, mode: 'report', tls: { minVersion: '1.3' } });
    const { turns } = recording('tls12-fallback');
    const fallback = new Replay(context).play(turns);
    assert.deepEqual(fallback.told, ['106 server-version']);
    assert.deepEqual(fieldsOf(fallback), { host: HOST, selected: 'TLS 1.2', allowed: 'TLS 1.3', wouldRefuse: true });
    assert.deepEqual(fallback.outcome.toOrigin, bytesFrom(turns, 'client'));
    const denied = play('tls12-ecdsa-client', replayContext({ ...DENIED, mode: 'report' }));
    assert.deepEqual(denied.told, ['105 client-certificate-not-allowed']);
    assert.deepEqual([denied.outcome.state, fieldsOf(denied)['wouldRefuse']], ['opaque', true]);
    const resumed = play('tls12-resumed-by-id-2', replayContext({ ...DENIED, mode: 'report' }));
    assert.deepEqual([resumed.told, resumed.outcome.state], [['105 resumption-unknown'], 'opaque']);
  });

  it('goes on behind a broken order, and stays strict with what cannot be parsed', () => {
    const context = replayContext({ mode: 'report' });
    const [hello, answer] = recording('tls12-ecdsa-client').turns;
    assert.ok(hello !== undefined && answer !== undefined);
    const garbled = answer.bytes.slice();
    garbled[5] = 14;
    const order = new Replay(context).play([hello, { from: 'origin', bytes: garbled }]);
    assert.deepEqual([order.told, order.outcome.state], [['106 server-handshake-order'], 'opaque']);
    assert.deepEqual(order.outcome.toClient, garbled);
    const long = answer.bytes.slice();
    long[3] = 0x7f;
    const malformed = new Replay(context).play([hello, { from: 'origin', bytes: long }]);
    assert.deepEqual([malformed.told, malformed.outcome.state], [['402 server-tls-malformed'], 'closed']);
  });

  it('lets a hello for another name and what is no TLS pass, flagged', () => {
    const context = replayContext({ mode: 'report', allowedHosts: [HOST] });
    const other = new Replay(context).send('client', new TextEncoder().encode('SSH-2.0-x\r\n'));
    assert.deepEqual([other.told, other.outcome.state], [['106 not-tls'], 'opaque']);
    const greeting = new Replay(context).send('origin', new TextEncoder().encode('220 hi\r\n'));
    assert.deepEqual([greeting.told, greeting.outcome.state], [['106 origin-spoke-first'], 'opaque']);
  });
});

describe('the chain of the server', () => {
  const name = 'tls12-rsa-kx';

  it('is handed out to be verified, and the server is not heard further until the answer', () => {
    const replay = play(name, replayContext({ tls: { serverCertificate: 'enforce' } }));
    const order = replay.commands.find((command) => command.kind === 'verify-server');
    assert.ok(order?.kind === 'verify-server');
    assert.equal(order.host.text, HOST);
    assert.ok((order.chain[0]?.length ?? 0) > 500);
    const serverHelloBytes = 66;
    assert.equal(replay.outcome.toClient.length, serverHelloBytes);
    replay.on({ kind: 'server-verified', ok: true, fields: {} });
    assert.deepEqual([replay.told, replay.outcome.state], [['107'], 'opaque']);
  });

  it('that is not valid ends the session before the client has its certificate', () => {
    const replay = play(name, replayContext({ tls: { serverCertificate: 'enforce' } }));
    const fields = { detail: 'self-signed', subject: 'CN=a', issuer: 'CN=a' };
    replay.on({ kind: 'server-verified', ok: false, fields });
    assert.deepEqual(replay.told, ['106 server-certificate']);
    assert.deepEqual(fieldsOf(replay), { host: HOST, ...fields });
    assert.deepEqual([...replay.outcome.toClient.slice(66)], [0x15, 3, 3, 0, 2, 2, 40]);
  });

  it('is only reported with "report", and with mode "report"', () => {
    for (const config of [
      { tls: { serverCertificate: 'report' } },
      { mode: 'report', tls: { serverCertificate: 'enforce' } },
    ]) {
      const { turns } = recording(name);
      const replay = new Replay(replayContext(config)).play(turns.slice(0, 2));
      replay.on({ kind: 'server-verified', ok: false, fields: {} }).play(turns.slice(2));
      assert.deepEqual([replay.told[0], replay.outcome.state], ['106 server-certificate', 'opaque']);
      assert.equal(replay.outcome.reports[0]?.fields['wouldRefuse'], true);
    }
  });
});

describe('an altered handshake', () => {
  it('is never verified when a type or a length was altered', () => {
    for (const { name, turns } of ALL.filter(({ name }) => !GIVEN_UP.includes(name))) {
      for (const place of checkedPlaces(turns)) {
        for (const value of place.others) {
          const altered = alter({ name, turns }, place.turn, place.at, value);
          const replay = new Replay(replayContext(OLD)).play(altered);
          assert.ok(!replay.told.includes('107'), `${name}: ${place.what} = ${value}`);
        }
      }
    }
  });

  it('never makes a session throw, or hold more than its limit', () => {
    const context = replayContext({ ...ENFORCED, limits: { handshakeBytes: 8192 } });
    fc.assert(
      fc.property(
        fc.constantFrom(...ALL),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 }),
        fc.integer(),
        ({ turns }, changes, seed) => {
          const altered = turns.map(({ from, bytes }) => ({ from, bytes: bytes.slice() }));
          const total = altered.reduce((sum, { bytes }) => sum + bytes.length, 0);
          for (const [position, value] of changes) set(altered, position % total, value);
          const replay = new Replay(context).play(shuffled(altered, 400, generator(seed)));
          const { toClient, toOrigin } = replay.outcome;
          // Forwarded unchanged and in order, with at most one alert behind it.
          assert.ok(isBeginning(toOrigin, bytesFrom(altered, 'client')));
          assert.ok(isBeginning(toClient, bytesFrom(altered, 'origin')));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function alter({ turns }: Pick<Recording, 'name' | 'turns'>, turn: number, at: number, value: number): Turn[] {
  return turns.map(({ from, bytes }, index) => {
    const copy = bytes.slice();
    if (index === turn) copy[at] = value;
    return { from, bytes: copy };
  });
}

function set(turns: readonly Turn[], position: number, value: number): void {
  let at = position;
  for (const { bytes } of turns) {
    if (at < bytes.length) {
      bytes[at] = value;
      return;
    }
    at -= bytes.length;
  }
}

function isBeginning(sent: Uint8Array, all: Uint8Array): boolean {
  const alerted = sent.length >= 7 && sent[sent.length - 7] === 0x15;
  const own = (length: number): boolean => sent.subarray(0, length).every((byte, index) => byte === all[index]);
  return own(sent.length) || (alerted && own(sent.length - 7));
}

/** A small generator of numbers from 0 to 1, so that a failing run can be repeated. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
