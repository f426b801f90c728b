import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asTheyAre, isJournal, journalLines, prettyLines } from '../../src/events/formats.ts';

const event = { level: 'warn', time: '2026-01-02T03:04:05.678Z', event: 105, msg: 'No.', client: 'c' };

describe('formats of lines', () => {
  it('show a person one line for each event, with number and sentence', () => {
    const text = prettyLines(false)(`${JSON.stringify(event)}\n${JSON.stringify(event)}\n`);
    assert.match(text, /^(\[\d\d:\d\d:05\.678\] WARN: 105 No\.\n){2}$/);
  });

  it('tell the journal the priority of each line (sd-daemon(3))', () => {
    const levels = ['debug', 'info', 'warn', 'error'];
    const lines = levels.map((level) => `${JSON.stringify({ level, event: 100 })}\n`).join('');
    const prefixes = journalLines(lines)
      .split('\n')
      .map((line) => line.slice(0, 3));
    assert.deepEqual(prefixes, ['<7>', '<6>', '<4>', '<3>', '']);
    assert.equal(journalLines('something else\n'), '<6>something else\n');
    assert.equal(asTheyAre(lines), lines);
  });

  it('know the journal by device and inode of the stream', () => {
    assert.ok(isJournal('8:1234', { dev: 8, ino: 1234 }));
    assert.ok(!isJournal('8:1234', { dev: 8, ino: 12345 }));
    assert.ok(!isJournal(undefined, { dev: 8, ino: 1234 }));
  });
});
