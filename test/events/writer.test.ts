import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Level } from '../../src/events/catalogue.ts';
import type { EventWriter } from '../../src/events/writer.ts';
import { createEventWriter } from '../../src/events/writer.ts';

function capture(level: Level): { writer: EventWriter; lines: string[] } {
  const lines: string[] = [];
  const writer = createEventWriter({ level, sink: { write: (line) => lines.push(line) } });
  return { writer, lines };
}

function parse(line: string | undefined): Record<string, unknown> {
  return JSON.parse(line ?? '') as Record<string, unknown>;
}

describe('event writer', () => {
  it('writes one JSON line with time, level, event, sentence, reason and fields', () => {
    const { writer, lines } = capture('info');
    const names = { tunnel: 'a1-1', client: '10.0.0.7:50368', destination: 'www.test.com:443' };
    writer.write(105, 'host-not-allowed', { ...names, host: 'www.test.com' });
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^[^\n]*\n$/);
    const { time, ...rest } = parse(lines[0]);
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(rest, {
      level: 'warn',
      event: 105,
      msg: 'Target host (www.test.com) is forbidden. Destination server is not in allowed list.',
      reason: 'host-not-allowed',
      ...names,
      host: 'www.test.com',
    });
  });

  it('takes the level from the catalogue and leaves out what is below the configured one', () => {
    const { writer, lines } = capture('warn');
    writer.write(103, null, { client: 'c', destination: 'd' });
    writer.notice('draining', { seconds: 30 });
    assert.equal(lines.length, 0);
    writer.notice('nothing-allowed');
    writer.write(403, 'connect-timeout', { destination: 'd', detail: 'it took longer than 10 s' });
    assert.deepEqual(
      lines.map((line) => [parse(line)['event'], parse(line)['level']]),
      [
        [300, 'warn'],
        [403, 'error'],
      ],
    );
  });

  it('keeps a hostile value on one line, without control or direction-changing characters', () => {
    const { writer, lines } = capture('info');
    writer.write(104, 'not-connect', { method: 'A\r\n\u001b[31m\u009b\u202e\u2028', list: ['x\u0000'] });
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines[0] ?? '', /[\p{Cc}\p{Cf}\u2028](?!$)/u);
    const line = parse(lines[0]);
    assert.doesNotMatch(
      `${String(line['method'])}${String(line['msg'])}${String(line['list'])}`,
      /[\p{Cc}\p{Cf}\u2028]/u,
    );
    assert.match(String(line['method']), /^A\\u\{d\}\\u\{a\}/);
  });

  it('bounds every value and every list', () => {
    const { writer, lines } = capture('info');
    const long = 'x'.repeat(1_000_000);
    writer.write(104, 'not-http', { detail: long, list: Array.from({ length: 10_000 }, () => 'y') });
    assert.ok((lines[0] ?? '').length < 6_000);
  });

  it('does not let a field take the place of what the writer says itself', () => {
    const { writer, lines } = capture('info');
    writer.write(103, null, {
      event: 999,
      level: 'debug',
      msg: 'forged',
      reason: 'forged',
      time: 'never',
      client: 'c',
    });
    const line = parse(lines[0]);
    assert.equal(line['event'], 103);
    assert.equal(line['level'], 'info');
    assert.match(String(line['msg']), /^Got request from c/);
    assert.equal(line['reason'], undefined);
    assert.equal((lines[0] ?? '').includes('never'), false);
  });

  it('takes levels of single events instead of their own, and leaves out those that are off', () => {
    const lines: string[] = [];
    const levels = { 103: 'debug', 105: 'off', 107: 'error' } as const;
    const writer = createEventWriter({ level: 'info', levels, sink: { write: (line) => lines.push(line) } });
    for (const event of [103, 105, 106, 107] as const) writer.write(event, null, { client: 'c' });
    const written = lines.map((line) => [parse(line)['event'], parse(line)['level']]);
    assert.deepEqual(written, [
      [106, 'warn'],
      [107, 'error'],
    ]);
  });

  it('samples events 103 and 107 by tunnel, so that those of one tunnel are there together, and no other event', () => {
    const lines: string[] = [];
    const writer = createEventWriter({ level: 'info', sample: 10, sink: { write: (line) => lines.push(line) } });
    for (let number = 1; number <= 100; number += 1) {
      const tunnel = `abc-1-${number.toString(36)}`;
      for (const event of [103, 105, 107] as const) writer.write(event, null, { tunnel });
    }
    const tunnelsOf = (event: number): unknown[] =>
      lines
        .map(parse)
        .filter((line) => line['event'] === event)
        .map((line) => line['tunnel']);
    assert.equal(tunnelsOf(105).length, 100);
    assert.equal(tunnelsOf(103).length, 10);
    assert.deepEqual(tunnelsOf(103), tunnelsOf(107));
  });

  it('tells of every event, those that are not written included', () => {
    const told: number[] = [];
    const reported = (event: number): void => void told.push(event);
    const writer = createEventWriter({ level: 'error', sink: { write: () => undefined }, reported });
    writer.write(103, null, {});
    writer.notice('started', {});
    assert.deepEqual(told, [103, 101]);
  });
});
