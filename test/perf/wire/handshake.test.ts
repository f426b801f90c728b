import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cannedClientHello, cannedServerFlight } from '../../../perf/wire/handshake.ts';
import { HelloAssembler } from '../../../src/tls/hello-assembler.ts';

describe('canned handshake', () => {
  for (const size of ['small', 'large'] as const) {
    it(`has a ${size} ClientHello that the gateway's parser reads, with the server name and TLS 1.3, larger than a segment or not`, () => {
      const bytes = cannedClientHello('agent.example', size);
      const parsed = new HelloAssembler(65_536).read(bytes, bytes.length);
      assert.ok(parsed.state === 'done', JSON.stringify(parsed));
      assert.equal(parsed.consumedBytes, bytes.length);
      assert.equal(parsed.hello.serverName?.toString(), 'agent.example');
      assert.ok(parsed.hello.versions.includes(0x0304));
      assert.equal(bytes.length > 1_460, size === 'large');
    });
  }

  it('has a server flight that is three whole records: ServerHello, ChangeCipherSpec, application data', () => {
    const flight = cannedServerFlight();
    const types: number[] = [];
    let at = 0;
    for (; at < flight.length; at += 5 + flight.readUInt16BE(at + 3)) types.push(flight[at] ?? 0);
    assert.deepEqual(types, [0x16, 0x14, 0x17]);
    assert.equal(at, flight.length);
    const body = 5 + flight.readUInt16BE(3);
    assert.equal(flight[5], 2);
    assert.equal(flight.readUIntBE(6, 3), body - 9);
  });

  it('is the same in every thread and run, so that both ends know what must arrive', () => {
    assert.deepEqual(cannedServerFlight(), cannedServerFlight());
    assert.deepEqual(cannedClientHello('a.example', 'small'), cannedClientHello('a.example', 'small'));
  });
});
