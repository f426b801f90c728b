import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ENGLISH_TEXTS, sentencesIn } from '../../src/events/sentences.ts';
import { retold } from '../../src/events/retell.ts';
import { createEventWriter } from '../../src/events/writer.ts';
import type { EventWriter } from '../../src/events/writer.ts';
import type { LanguageTag } from '../../src/languages/tags.ts';

function lineOf(language: LanguageTag, write: (writer: EventWriter) => void): string {
  const lines: string[] = [];
  write(createEventWriter({ level: 'debug', language, sink: { write: (line) => lines.push(line.trimEnd()) } }));
  const [line] = lines;
  assert.ok(line !== undefined && lines.length === 1);
  return line;
}

describe('an event said again', () => {
  const cases: ((writer: EventWriter) => void)[] = [
    (writer) => {
      writer.write(103, null, { client: '10.0.0.7:1', destination: 'www.test.com:443' });
    },
    (writer) => {
      writer.write(105, 'host-not-allowed', { host: 'www.test.com', tunnel: 'a-1-1' });
    },
    (writer) => {
      writer.write(403, 'name-not-found', { host: 'www.test.com', detail: 'the name does not exist' });
    },
    (writer) => {
      const counts = { bytesUp: 1, bytesDown: 2, durationMs: 3, endedBy: 'client' };
      writer.write(100, 'client-closed', { destination: 'www.test.com:443', ...counts });
    },
    (writer) => {
      writer.notice('worker-replaced', { worker: 1, cause: 'SIGKILL', tunnels: 2 });
    },
  ];

  it('is what the log would have said in that language, with the same fields', () => {
    for (const write of cases) {
      const withoutTime = (line: string): unknown => ({ ...(JSON.parse(line) as object), time: '' });
      const english = lineOf('en', write);
      const german = lineOf('de', write);
      assert.deepEqual(withoutTime(retold(english, 'de')), withoutTime(german));
      assert.deepEqual(withoutTime(retold(german, 'en')), withoutTime(english));
      assert.notEqual((JSON.parse(german) as { msg: string }).msg, (JSON.parse(english) as { msg: string }).msg);
    }
  });

  it('stays as it was when its reason is not known here, or it is no event', () => {
    for (const line of [
      '{"event":105,"msg":"x","reason":"of-the-future"}',
      '{"event":99,"msg":"x"}',
      '{}',
      'no JSON',
    ]) {
      assert.equal(retold(line, 'de'), line);
    }
  });

  it('has no sentence with a gap for a name that the line itself takes', () => {
    for (const texts of [ENGLISH_TEXTS, sentencesIn('ja').texts]) {
      for (const text of Object.values(texts)) assert.doesNotMatch(text, /\{(?:time|level|event|msg|reason)[},]/);
    }
  });
});
