import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { after, before, describe, it } from 'node:test';
import type { Gateway } from '../support/gateway.ts';
import { AUTHORITY, serverFor } from '../support/pki.ts';
import type { Version } from './clients.ts';
import { HOST, runOpenssl } from './clients.ts';
import type { TlsServer } from './servers.ts';
import type { Stage, Story } from './stage.ts';
import { assertOnlyHelloArrived, setStage, tunnelStory } from './stage.ts';

/** `tls.serverCertificate`: a middlebox between gateway and server shows its own certificate, and is seen. */

let stage: Stage | null = null;
let genuine: TlsServer;
let middlebox: TlsServer;
let elsewhere: TlsServer;

before(async (context) => {
  stage = setStage(context as unknown as TestContext);
  if (stage === null) return;
  const { pki, certificates } = stage;
  const interceptor = pki.issue({ subject: '/O=Interceptor/CN=Inspection CA', extensions: AUTHORITY });
  const forged = pki.issue({ subject: `/CN=${HOST}`, extensions: serverFor(`DNS:${HOST}`), issuer: interceptor });
  const other = pki.issue({
    subject: '/CN=other.test',
    extensions: serverFor('DNS:other.test'),
    issuer: certificates.authority,
  });
  genuine = await stage.server({ library: 'openssl', asksForCertificate: false });
  middlebox = await stage.server({ library: 'gnutls', certificate: forged, asksForCertificate: false });
  elsewhere = await stage.server({ library: 'openssl', certificate: other, asksForCertificate: false });
});
after(async () => {
  await stage?.close();
});

function verifying(mode: 'report' | 'enforce', engine: string): Promise<Gateway> {
  assert.ok(stage !== null);
  const trustedCertificates = stage.certificates.authority.certificateFile;
  return stage.gateway({
    engine,
    allowedClientCertificates: [],
    tls: { serverCertificate: mode, trustedCertificates },
  });
}

function connectOnce(gateway: Gateway, server: TlsServer, version: Version): Promise<Story> {
  assert.ok(stage !== null);
  const { programs } = stage;
  return tunnelStory(gateway, server, () =>
    runOpenssl(programs, { gatewayPort: gateway.port, port: server.tap.port, version }),
  );
}

const ENGINES = process.platform === 'linux' ? ['portable', 'linux'] : ['portable'];

for (const engine of ENGINES) {
  describe(`server certificates, ${engine} engine`, () => {
    let enforcing: Gateway;
    let reporting: Gateway;
    before(async () => {
      if (stage === null) return;
      [enforcing, reporting] = await Promise.all([verifying('enforce', engine), verifying('report', engine)]);
    });

    it('"enforce": a trusted one passes, in every version that shows it', async () => {
      if (stage === null) return;
      for (const version of ['1.0', '1.2', '1.2'] as const) {
        const { verdict } = await connectOnce(enforcing, genuine, version);
        assert.equal(verdict.event, 107, JSON.stringify(verdict));
      }
    });

    it('"enforce": a middlebox is named and cut before the client says more than hello', async () => {
      if (stage === null) return;
      const story = await connectOnce(enforcing, middlebox, '1.2');
      const { event, reason, msg, subject, issuer } = story.verdict;
      assert.deepEqual(
        [event, reason, subject, issuer],
        [106, 'server-certificate', `CN=${HOST}`, 'CN=Inspection CA,O=Interceptor'],
      );
      assert.match(
        msg,
        /no trusted authority stands behind it\. Subject CN=origin\.test, issued by CN=Inspection CA,O=Interceptor\./,
      );
      assertOnlyHelloArrived(story);
    });

    it('"enforce": a certificate for another host is refused', async () => {
      if (stage === null) return;
      const story = await connectOnce(enforcing, elsewhere, '1.2');
      assert.deepEqual(
        [story.verdict.event, story.verdict.reason],
        [106, 'server-certificate'],
        JSON.stringify(story.verdict),
      );
      assert.match(story.verdict.msg, /it is for other\.test, not for origin\.test/);
      assertOnlyHelloArrived(story);
    });

    it('"report": a middlebox passes and is named all the same', async () => {
      if (stage === null) return;
      const story = await connectOnce(reporting, middlebox, '1.2');
      const named = await reporting.waitForEvent(
        ({ event, tunnel }) => event === 106 && tunnel === story.closing.tunnel,
      );
      assert.deepEqual([named['wouldRefuse'], named['issuer']], [true, 'CN=Inspection CA,O=Interceptor']);
      await reporting.waitForEvent(({ event, tunnel }) => event === 107 && tunnel === story.closing.tunnel);
    });

    it('TLS 1.3 shows no certificate to anybody between the ends, so it passes', async () => {
      if (stage === null) return;
      const { verdict } = await connectOnce(enforcing, middlebox, '1.3');
      assert.equal(verdict.event, 107, JSON.stringify(verdict));
    });
  });
}
