import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { after, before, describe, it } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import type { Outcome } from '../support/programs.ts';
import type { Version } from './clients.ts';
import { HOST, runGnutls, runOpenssl } from './clients.ts';
import type { Library, TlsServer } from './servers.ts';
import type { KeyType, Stage } from './stage.ts';
import { AGENT_SUBJECT, assertOnlyHelloArrived, setStage, tunnelStory } from './stage.ts';
import { recordTypes } from './tap.ts';

/**
 * Full handshakes of two libraries with each other, every version, both kinds of keys, and what the client shows of itself.
 * The lanes, one for each server, run side by side; the tunnels of a lane one after another.
 */

const LIBRARIES: readonly Library[] = ['openssl', 'gnutls'];
const VERSIONS: readonly Version[] = ['1.0', '1.1', '1.2', '1.3'];
const KEYS: readonly KeyType[] = ['RSA', 'ECDSA'];

type Shown = 'allowed' | 'denied' | 'empty' | 'none asked';
const ASKED: readonly Shown[] = ['allowed', 'denied', 'empty'];

interface Lane {
  readonly library: Library;
  readonly keyType: KeyType;
  readonly asks: boolean;
  server?: TlsServer;
}

const LANES: readonly Lane[] = LIBRARIES.flatMap((library) =>
  KEYS.flatMap((keyType) => [true, false].map((asks): Lane => ({ library, keyType, asks }))),
);

let stage: Stage | null = null;
let gateway: Gateway;

before(async (context) => {
  stage = setStage(context as unknown as TestContext);
  if (stage === null) return;
  for (const lane of LANES) {
    const certificate = stage.certificates.servers[lane.keyType];
    lane.server = await stage.server({ library: lane.library, certificate, asksForCertificate: lane.asks });
  }
  gateway = await stage.gateway();
});
after(async () => {
  await stage?.close();
});

describe('full handshakes', { concurrency: 4 }, () => {
  for (const lane of LANES) {
    describe(
      `to ${lane.library} with ${lane.keyType}, which asks for ${lane.asks ? 'a' : 'no'} client certificate`,
      { concurrency: 1 },
      () => {
        for (const client of LIBRARIES) {
          for (const version of VERSIONS) {
            for (const shown of lane.asks ? ASKED : (['none asked'] as const)) {
              it(`${client}, TLS ${version}, client certificate ${shown}`, async () => {
                await play(lane, client, version, shown);
              });
            }
          }
        }
      },
    );
  }
});

async function play(lane: Lane, client: Library, version: Version, shown: Shown): Promise<void> {
  const { server } = lane;
  if (stage === null || server === undefined) return;
  const { programs, certificates } = stage;
  const certificate = shown === 'allowed' || shown === 'denied' ? certificates[shown][lane.keyType] : undefined;
  const wish = {
    gatewayPort: gateway.port,
    port: server.tap.port,
    version,
    ...(certificate === undefined ? {} : { certificate }),
  };
  let outcome: Outcome | undefined;
  const story = await tunnelStory(gateway, server, async () => {
    outcome = await (client === 'openssl' ? runOpenssl : runGnutls)(programs, wish);
  });
  const { verdict, origin } = story;
  const said = `${JSON.stringify(verdict)}\n${outcome?.stdout.slice(-500)}${outcome?.stderr.slice(-500)}`;
  if (version !== '1.3' && (shown === 'denied' || shown === 'empty')) {
    const reason = shown === 'denied' ? 'client-certificate-not-allowed' : 'client-certificate-missing';
    assert.deepEqual([verdict.event, verdict.reason], [105, reason], said);
    if (shown === 'denied') assert.equal(verdict.msg, 'Invalid Client certificate: CN=Gateway');
    assertOnlyHelloArrived(story);
    return;
  }
  assert.equal(verdict.event, 107, said);
  const expected = version === '1.3' ? 'hidden' : shown === 'allowed' ? AGENT_SUBJECT : 'none';
  assert.deepEqual(
    [verdict['version'], verdict['sni'], verdict['clientCertificate'], verdict['resumed']],
    [`TLS ${version}`, HOST, expected, false],
    said,
  );
  assert.match(String(verdict['cipherSuite']), /^TLS_[A-Z0-9_]+$/, said);
  assert.match(outcome?.stdout ?? '', /HTTP\/1\.0 200/i, said);
  assert.ok(recordTypes(origin.arrived()).includes(0x17), 'the request arrived as application data');
}
