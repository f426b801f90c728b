import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ListenTls } from '../../../src/config/listen-certificate.ts';
import { runPortableEngine } from '../../../src/engine/portable/run.ts';
import type { EngineHost } from '../../../src/engine/running.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { loopSettings } from '../../support/loop-settings.ts';

const HOST: EngineHost = {
  lines: (_lines, _report, done) => {
    done();
  },
  verifyServer: () => undefined,
  verifyCredential: () => undefined,
  room: () => undefined,
  sessionLearned: () => undefined,
  ready: () => undefined,
  failed: (detail) => {
    throw new Error(detail);
  },
};

describe('a client whose socket could not be received', () => {
  it('is answered in plain text only where it speaks that', async () => {
    const { certificate, key } = await makeCertificate(['proxy.test']);
    const ticketKeys = '00'.repeat(48);
    const secure: ListenTls = { certificate, key, clientAuthorities: '', minVersion: 'TLSv1.2', ticketKeys };
    for (const [listenTls, answer] of [
      [null, /^HTTP\/1\.1 503 /],
      [secure, /^$/],
    ] as const) {
      const running = runPortableEngine({ ...loopSettings({ allowedHosts: ['a.test'] }), listenTls }, HOST);
      assert.match(new TextDecoder().decode(running.turnAway()), answer);
      await running.drain(0);
    }
  });
});
