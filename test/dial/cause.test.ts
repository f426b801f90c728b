import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { causeOf } from '../../src/dial/cause.ts';
import { reasonRow } from '../../src/events/reasons.ts';

describe('the cause of a failed dial', () => {
  for (const [reason, codes] of [
    ['connection-refused', ['ECONNREFUSED', 'ECONNRESET']],
    ['connect-timeout', ['ETIMEDOUT']],
    ['unreachable', ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN', 'EHOSTDOWN']],
    ['out-of-resources', ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']],
    ['name-not-found', ['ENOTFOUND', 'EAI_NONAME', 'ENODATA', 'EAI_NODATA']],
    ['name-resolution-failed', ['EAI_AGAIN', 'EAI_FAIL', 'ESERVFAIL']],
    ['connect-failed', ['EPERM', 'EACCES', 'EPROTO', 'constructor', '__proto__', '']],
  ] as const) {
    it(`${reason}: ${codes.join(', ')}`, () => {
      for (const code of codes) assert.equal(causeOf(code).reason, reason, code);
    });

    it(`${reason}: is a network error that an operator can read`, () => {
      assert.equal(reasonRow(reason).event, 403);
      for (const code of codes) assert.equal(typeof causeOf(code).detail, 'string', code);
      assert.match(reasonRow(reason).text, /\{detail\}/);
    });
  }

  it('keeps the name of a code it does not know', () => {
    assert.deepEqual(causeOf('EWHATEVER'), { reason: 'connect-failed', detail: 'EWHATEVER' });
  });
});
