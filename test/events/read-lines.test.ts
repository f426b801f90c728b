import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { COUNTS_LINE, readLines } from '../../src/events/read-lines.ts';

const EVENTS = '{"msg":"one"}\n{"msg":"зап’їть 🚇"}\n';
const WHOLE = Buffer.from(
  `${EVENTS}${COUNTS_LINE}{"errors":1}\n{"msg":"three"}\n${COUNTS_LINE}{"errors":2}\n{"msg":"cut`,
);

async function read(pieces: readonly Buffer[]): Promise<{ lines: string; counts: string[] }> {
  const stream = new PassThrough();
  const got = { lines: '', counts: [] as string[] };
  readLines(stream, {
    lines: (text) => {
      assert.ok(text.endsWith('\n'), `not whole: ${JSON.stringify(text)}`);
      got.lines += text;
    },
    counts: (json) => got.counts.push(json),
  });
  for (const piece of pieces) {
    stream.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  stream.end();
  await once(stream, 'end');
  return got;
}

describe('reading event lines', () => {
  it('passes on whole lines only, wherever the stream is cut, also within a character', async () => {
    const expected = { lines: `${EVENTS}{"msg":"three"}\n`, counts: ['{"errors":1}', '{"errors":2}'] };
    assert.deepEqual(await read([WHOLE]), expected);
    assert.deepEqual(await read([...WHOLE].map((byte) => Buffer.of(byte))), expected);
    for (let cut = 1; cut < WHOLE.length; cut += 1) {
      assert.deepEqual(await read([WHOLE.subarray(0, cut), WHOLE.subarray(cut)]), expected, `cut at ${cut}`);
    }
  });

  it('survives a worker that is killed', async () => {
    const stream = new PassThrough();
    let lines = '';
    readLines(stream, { lines: (text) => (lines += text), counts: () => undefined });
    stream.write('{"msg":"one"}\n{"msg"');
    await new Promise((resolve) => setImmediate(resolve));
    stream.destroy(new Error('ECONNRESET'));
    await new Promise((resolve) => stream.once('close', resolve));
    assert.equal(lines, '{"msg":"one"}\n');
  });
});
