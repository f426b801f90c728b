import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemLookup } from '../../src/dial/lookup.ts';

function lookup(name: string): Promise<{ code: string | null; addresses: readonly string[] }> {
  return new Promise((resolve) => {
    systemLookup(name, (code, addresses) => resolve({ code, addresses }));
  });
}

describe("the system's resolver", () => {
  it('answers with every address of a name', async () => {
    const { code, addresses } = await lookup('localhost');
    assert.equal(code, null);
    assert.ok(addresses.includes('127.0.0.1') || addresses.includes('::1'), addresses.join());
  });

  it('answers with the name of the error, and no address', async () => {
    // RFC 6761 section 6.4; without a network the system cannot ask anybody.
    const { code, addresses } = await lookup('no-such-host.invalid');
    assert.match(code ?? '', /^(?:ENOTFOUND|EAI_AGAIN)$/);
    assert.deepEqual(addresses, []);
  });
});
