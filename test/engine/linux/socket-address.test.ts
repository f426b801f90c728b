import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ipFromBytes } from '../../../src/address/ip.ts';
import { AF_INET, AF_INET6 } from '../../../src/engine/linux/libc.ts';
import {
  PeerText,
  SOCKET_ADDRESS_BYTES,
  socketPort,
  writeSocketAddress,
} from '../../../src/engine/linux/socket-address.ts';
import { ip } from '../../support/wire.ts';

const address = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map((bytes) => ipFromBytes(bytes));
const port = fc.integer({ min: 0, max: 65_535 });

describe('socket addresses', () => {
  it('come back as the address and port they were written from, whatever was in the memory before', () => {
    const peers = new PeerText();
    fc.assert(
      fc.property(fc.array(fc.tuple(address, port), { minLength: 1, maxLength: 6 }), (cases) => {
        const bytes = new Uint8Array(SOCKET_ADDRESS_BYTES);
        for (const [each, number] of cases) {
          bytes.fill(0xee);
          const length = writeSocketAddress(bytes, each, number);
          assert.equal(length, each.family === 4 ? 16 : SOCKET_ADDRESS_BYTES);
          assert.equal(bytes[0], each.family === 4 ? AF_INET : AF_INET6);
          assert.equal(socketPort(bytes), number);
          assert.equal(peers.read(bytes), each.text);
          assert.equal(peers.read(bytes), each.text);
        }
      }),
    );
  });

  it('have no flow label, scope or padding', () => {
    const bytes = new Uint8Array(SOCKET_ADDRESS_BYTES).fill(0xff);
    writeSocketAddress(bytes, ip('2001:db8::1'), 443);
    assert.deepEqual([...bytes.subarray(4, 8), ...bytes.subarray(24)], Array(8).fill(0));
    bytes.fill(0xff);
    writeSocketAddress(bytes, ip('192.0.2.1'), 443);
    assert.deepEqual([...bytes.subarray(8)], Array(20).fill(0));
  });

  it('show an IPv4 client of a dual-stack listener as IPv4', () => {
    const bytes = new Uint8Array(SOCKET_ADDRESS_BYTES);
    bytes[0] = AF_INET6;
    bytes.set([0xff, 0xff, 192, 0, 2, 7], 8 + 10);
    assert.equal(new PeerText().read(bytes), '192.0.2.7');
  });

  it('are told apart by their last byte and by their family', () => {
    const peers = new PeerText();
    const bytes = new Uint8Array(SOCKET_ADDRESS_BYTES);
    for (const text of ['192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2', '192.0.2.2', '0.0.0.0', '::']) {
      writeSocketAddress(bytes, ip(text), 1);
      assert.equal(peers.read(bytes), text);
    }
  });
});
