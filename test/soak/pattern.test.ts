import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { PatternReader, writePattern } from './pattern.ts';

describe('the pattern of the soak', () => {
  it('is the same at both ends, and notices one wrong, one missing and one repeated byte', async () => {
    const bytes = await written(3_000, 2_500_000);
    assert.equal(bytes.length, 2_500_000);
    const take = (chunk: Buffer): void => {
      new PatternReader(3_000).take(chunk);
    };
    take(bytes);
    const wrong = Buffer.from(bytes);
    wrong.writeUInt8(wrong.readUInt8(2_000_000) ^ 1, 2_000_000);
    assert.throws(() => take(wrong), /wrong byte/);
    assert.throws(() => take(Buffer.concat([bytes.subarray(0, 70_000), bytes.subarray(70_001)])), /wrong byte/);
    assert.throws(() => take(Buffer.concat([bytes.subarray(0, 70_000), bytes.subarray(69_999)])), /wrong byte/);
  });

  it('may be cut anywhere', async () => {
    const bytes = await written(1_048_570, 5_000);
    const reader = new PatternReader(1_048_570);
    for (let at = 0; at < bytes.length; at += 7) reader.take(bytes.subarray(at, at + 7));
    assert.equal(reader.received, 5_000);
  });
});

/** What `writePattern` sends. */
async function written(offset: number, length: number): Promise<Buffer> {
  const server = createServer((socket) => {
    writePattern(socket, offset, length, () => socket.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  server.close();
  return Buffer.concat(chunks);
}
