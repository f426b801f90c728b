import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, before, describe, it } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import { runProgram } from '../support/programs.ts';
import type { Version } from './clients.ts';
import { HOST, runGnutls, runOpenssl } from './clients.ts';
import type { Library, TlsServer } from './servers.ts';
import type { Stage, Story } from './stage.ts';
import { assertOnlyHelloArrived, setStage, tunnelStories, tunnelStory } from './stage.ts';

/**
 * Resumption shows no certificate up to TLS 1.2: what the gateway saw issued in sessions it verified passes, by id and by
 * ticket; what came about behind its back does not.
 */

type Kind = 'id' | 'ticket';

interface Lane {
  readonly library: Library;
  readonly kind: Kind;
  server?: TlsServer;
}

const LANES: readonly Lane[] = [
  { library: 'openssl', kind: 'ticket' },
  { library: 'openssl', kind: 'id' },
  { library: 'gnutls', kind: 'ticket' },
  { library: 'gnutls', kind: 'id' },
];
/** For what one worker has verified to reach the other by way of the primary, on a busy machine. */
const NEWS_MS = 300;
const OLD: readonly Version[] = ['1.0', '1.1', '1.2'];

let stage: Stage | null = null;
/** Two workers, because sessions come back to another one than where they began; one for a client that does not wait. */
let enforcing: Gateway;
let single: Gateway;
let open: Gateway;

before(async (context) => {
  stage = setStage(context as unknown as TestContext);
  if (stage === null) return;
  for (const lane of LANES) {
    const noTicket = lane.library === 'openssl' ? ['-no_ticket'] : ['--noticket'];
    const more = lane.kind === 'id' ? noTicket : [];
    lane.server = await stage.server({ library: lane.library, asksForCertificate: true, more });
  }
  enforcing = await stage.gateway({ workers: 2 });
  single = await stage.gateway();
  open = await stage.gateway({ allowedClientCertificates: [] });
});
after(async () => {
  await stage?.close();
});

let files = 0;

/** A file for a session; every test has its own. */
function sessionFile(): string {
  files += 1;
  return join(stage?.pki.directory ?? '', `session-${files}`);
}

/** One connection of openssl through the gateway with these further arguments. */
function connectOnce(
  gateway: Gateway,
  { server }: Lane,
  version: Version,
  more: readonly string[],
  shows = true,
): Promise<Story> {
  assert.ok(stage !== null && server !== undefined);
  const { programs, certificates } = stage;
  return tunnelStory(gateway, server, () => {
    const certificate = certificates.allowed.ECDSA;
    return runOpenssl(programs, {
      ...{ gatewayPort: gateway.port, port: server.tap.port, version, more },
      ...(shows ? { certificate } : {}),
    });
  });
}

/** A session made at the server itself, with a certificate the gateway would refuse. */
async function sessionPastGateway({ server }: Lane, version: Version): Promise<string> {
  assert.ok(stage !== null && server !== undefined);
  const { programs, certificates } = stage;
  const file = sessionFile();
  const { certificateFile, keyFile } = certificates.denied.ECDSA;
  const flag = `-tls${version.replace('.', '_').replace(/_0$/, '')}`;
  const args = [
    's_client',
    '-connect',
    `127.0.0.1:${server.directPort}`,
    '-servername',
    HOST,
    flag,
    '-cipher',
    'ALL:@SECLEVEL=0',
  ];
  const more = ['-cert', certificateFile, '-key', keyFile, '-ign_eof', '-sess_out', file];
  const { stdout } = await runProgram(programs.openssl, [...args, ...more], 'GET / HTTP/1.0\r\n\r\n', 15_000);
  assert.match(stdout, /HTTP\/1\.0 200/);
  return file;
}

describe('resumption', { concurrency: 4 }, () => {
  for (const lane of LANES) {
    describe(`by ${lane.kind} at ${lane.library}`, { concurrency: 1 }, () => {
      for (const version of OLD) {
        it(`TLS ${version}: passes when the session was verified, again and again`, async () => {
          if (stage === null) return;
          const file = sessionFile();
          const full = await connectOnce(enforcing, lane, version, ['-sess_out', file]);
          assert.deepEqual([full.verdict.event, full.verdict['resumed']], [107, false]);
          await new Promise((resolve) => setTimeout(resolve, NEWS_MS));
          const resumed = await connectOnce(enforcing, lane, version, ['-sess_in', file]);
          assert.deepEqual(
            [resumed.verdict.event, resumed.verdict['resumed']],
            [107, true],
            JSON.stringify(resumed.verdict),
          );
          const again = await connectOnce(enforcing, lane, version, ['-sess_in', file]);
          assert.deepEqual([again.verdict.event, again.verdict['resumed']], [107, true], JSON.stringify(again.verdict));
        });

        it(`TLS ${version}: a session made behind the gateway's back is cut, the next full handshake passes`, async () => {
          if (stage === null) return;
          const file = await sessionPastGateway(lane, version);
          const story = await connectOnce(enforcing, lane, version, ['-sess_in', file], false);
          assert.notEqual(story.verdict.event, 107, JSON.stringify(story.verdict));
          assert.match(String(story.verdict.reason), /resum/, JSON.stringify(story.verdict));
          assertOnlyHelloArrived(story);
          const full = await connectOnce(enforcing, lane, version, []);
          assert.deepEqual([full.verdict.event, full.verdict['resumed']], [107, false]);
        });
      }

      it('passes without a question while client certificates are not checked', async () => {
        if (stage === null) return;
        const story = await connectOnce(open, lane, '1.2', ['-sess_in', await sessionPastGateway(lane, '1.2')], false);
        assert.deepEqual([story.verdict.event, story.verdict['resumed']], [107, true], JSON.stringify(story.verdict));
      });

      for (const version of [...OLD, '1.3'] as const) {
        it(`gnutls-cli, TLS ${version}: connects, and resumes`, async () => {
          const { server } = lane;
          if (stage === null || server === undefined) return;
          const { programs, certificates } = stage;
          const wish = {
            gatewayPort: single.port,
            port: server.tap.port,
            version,
            certificate: certificates.allowed.RSA,
          };
          const more = ['--resume', ...(lane.kind === 'id' ? ['--noticket'] : [])];
          const stories = await tunnelStories(single, server, 2, () => runGnutls(programs, { ...wish, more }));
          const told = stories.map(({ verdict }) => [verdict.event, verdict['resumed']]);
          // A TLS 1.3 ticket comes behind the handshake, and this client does not wait for it.
          const second = version === '1.3' ? stories[1]?.verdict['resumed'] : true;
          assert.deepEqual(
            told,
            [
              [107, false],
              [107, second],
            ],
            JSON.stringify(stories.map(({ verdict }) => verdict)),
          );
        });
      }
    });
  }
});
