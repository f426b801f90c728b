import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Conversation } from '../../../perf/origin/conversation.ts';
import { COMMAND_BYTES, decodeCommand, encodeCommand } from '../../../perf/wire/command.ts';
import { cannedClientFinish, cannedClientHello, cannedServerFlight } from '../../../perf/wire/handshake.ts';
import { PATTERN_BYTES, patternPiece } from '../../../perf/wire/pattern.ts';

/** Both sides without sockets: what the origin sends is gathered. */
class Recorder {
  readonly sent: Buffer[] = [];
  /** What `send` answers. */
  takes = true;
  send(bytes: Buffer): boolean {
    this.sent.push(Buffer.from(bytes));
    return this.takes;
  }
  get all(): Buffer {
    return Buffer.concat(this.sent);
  }
}

function command(kind: 'echo' | 'download' | 'upload', bytes: number, compare = false): Buffer {
  return encodeCommand({ kind, bytes, compare, wrongPieces: 0 });
}

describe('origin', () => {
  const upload = patternPiece(0, 1_000);
  const script = Buffer.concat([
    cannedClientHello('origin.example', 'small'),
    cannedClientFinish(),
    command('echo', 5),
    Buffer.from('hello'),
    command('upload', upload.length, true),
    upload,
    command('download', 700),
  ]);
  const answer = Buffer.concat([
    cannedServerFlight(),
    Buffer.from('hello'),
    encodeCommand({ kind: 'acknowledge', bytes: upload.length, compare: true, wrongPieces: 0 }),
    patternPiece(0, 700),
  ]);

  it('answers handshake, echo, upload and download the same, wherever the bytes are cut', () => {
    for (let cut = 0; cut <= script.length; cut += 1) {
      const outlet = new Recorder();
      const conversation = new Conversation(outlet, 'canned');
      for (const part of [script.subarray(0, cut), script.subarray(cut)]) {
        assert.ok(conversation.received(part, part.length), `cut at ${cut}`);
      }
      assert.ok(outlet.all.equals(answer), `cut at ${cut}`);
    }
  });

  it('counts pieces that are not those of the pattern, when it is asked to compare', () => {
    const outlet = new Recorder();
    const conversation = new Conversation(outlet, 'none');
    const wrong = Buffer.from(upload);
    wrong[500] = (wrong[500] ?? 0) ^ 1;
    for (const part of [command('upload', upload.length, true), wrong]) conversation.received(part, part.length);
    assert.equal(decodeCommand(outlet.all)?.wrongPieces, 1);
  });

  it('sends a download piece by piece, as it is taken, and listens again before the last piece is', () => {
    const outlet = new Recorder();
    outlet.takes = false;
    const conversation = new Conversation(outlet, 'none');
    const bytes = 2 * PATTERN_BYTES + 9;
    conversation.received(command('download', bytes), COMMAND_BYTES);
    assert.equal(outlet.sent.length, 1);
    conversation.resume();
    conversation.resume();
    assert.equal(outlet.all.length, bytes);
    assert.ok(
      conversation.received(command('echo', 0), COMMAND_BYTES),
      'the next command comes before the last is taken',
    );
    conversation.resume();
    assert.equal(outlet.all.length, bytes);
  });

  it('refuses what no client of ours sends', () => {
    const nonsense = Buffer.alloc(COMMAND_BYTES, 0x41);
    assert.ok(!new Conversation(new Recorder(), 'canned').received(nonsense, nonsense.length));
    assert.ok(!new Conversation(new Recorder(), 'none').received(nonsense, nonsense.length));
    const hello = cannedClientHello('origin.example', 'small');
    const unfinished = new Conversation(new Recorder(), 'canned');
    assert.ok(unfinished.received(hello, hello.length));
    assert.ok(!unfinished.received(nonsense, nonsense.length), 'another end of the handshake');
    const during = new Recorder();
    during.takes = false;
    const conversation = new Conversation(during, 'none');
    conversation.received(command('download', 2 * PATTERN_BYTES), COMMAND_BYTES);
    assert.ok(!conversation.received(nonsense, 1), 'bytes in the middle of a download');
  });
});
