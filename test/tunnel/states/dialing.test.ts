import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAuthority } from '../../../src/address/authority.ts';
import type { Command } from '../../../src/tunnel/command.ts';
import { HeldBytes } from '../../../src/tunnel/held-bytes.ts';
import type { Input } from '../../../src/tunnel/input.ts';
import { dialing } from '../../../src/tunnel/states/dialing.ts';
import { sessionContext } from '../../support/session-context.ts';

/** The sentence a client reads when the dial ends with `input`. */
function answerTo(input: Input): string {
  const target = parseAuthority('www.test.com:443');
  assert.ok(target.ok);
  const out: Command[] = [];
  const state = {
    name: 'dialing',
    target: target.authority,
    held: new HeldBytes(),
    paused: false,
    connectMs: 0,
  } as const;
  assert.equal(dialing(state, input, sessionContext({ timeouts: { dial: 7 } }), 0, out).name, 'closed');
  const sent = out.find((command) => command.kind === 'send');
  assert.ok(sent !== undefined);
  return new TextDecoder().decode(sent.bytes);
}

describe('a dial that fails', () => {
  it('by its deadline tells the client what took too long', () => {
    const answer = answerTo({ kind: 'deadline' });
    assert.match(answer, /^HTTP\/1\.1 504 /);
    assert.match(answer, /Connecting to www\.test\.com:443 timed out: it took longer than 7 s \(timeouts\.dial\)\./);
  });

  it('by the time limit of the system tells so', () => {
    const fields = { detail: 'nothing answers there' };
    const answer = answerTo({ kind: 'dial-failed', reason: 'connect-timeout', fields });
    assert.match(answer, /Connecting to www\.test\.com:443 timed out: nothing answers there\./);
  });
});
