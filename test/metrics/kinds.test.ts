import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reasonRow } from '../../src/events/reasons.ts';
import { ENDINGS, FAILURES, REJECTIONS, TLS_REJECTIONS, isRejection } from '../../src/metrics/kinds.ts';
import { REASON_NAMES } from '../../src/metrics/slots.ts';

describe('kinds of reasons', () => {
  it('count as rejection what the gateway refuses, as failure what the network did not do, never as both', () => {
    for (const reason of ['host-not-allowed', 'not-connect', 'sni-mismatch', 'tls-malformed'] as const) {
      assert.ok(REJECTIONS.includes(reason), reason);
    }
    for (const reason of ['name-not-found', 'connect-timeout', 'client-lost', 'hello-timeout'] as const) {
      assert.ok(FAILURES.includes(reason), reason);
      assert.ok(!isRejection(reason), reason);
    }
    assert.deepEqual(
      REJECTIONS.filter((reason) => FAILURES.includes(reason)),
      [],
    );
  });

  it('count in the Rejection Count events 106 and 402, and 105 only when a TLS session was refused', () => {
    for (const reason of REASON_NAMES) {
      const { event } = reasonRow(reason);
      if (event === 106 || event === 402) assert.ok(TLS_REJECTIONS.includes(reason), reason);
      if (event !== 106 && event !== 402 && event !== 105) assert.ok(!TLS_REJECTIONS.includes(reason), reason);
    }
    assert.ok(!TLS_REJECTIONS.includes('host-not-allowed'));
    assert.ok(TLS_REJECTIONS.includes('gateway-certificate-missing'));
  });

  it('know every way a tunnel can end', () => {
    for (const reason of ['client-closed', 'origin-reset', 'idle-timeout', 'worker-lost', 'sni-mismatch'] as const) {
      assert.ok(ENDINGS.includes(reason), reason);
    }
    for (const reason of ['host-not-allowed', 'still-open', 'not-http', 'gateway-handshake-failed'] as const) {
      assert.ok(!ENDINGS.includes(reason), reason);
    }
  });
});
