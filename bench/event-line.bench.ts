import fastJsonStringify from 'fast-json-stringify';
import type { BenchOptions } from 'tinybench';
import { Bench } from 'tinybench';
import { messageOf } from '../src/events/messages.ts';
import type { Fields } from '../src/events/reasons.ts';
import { createEventWriter } from '../src/events/writer.ts';
import { keep } from './support/keep.ts';

/** What does one event line cost: serialized with a schema, without one, and by the event writer as it is used? */

const FIELDS: Fields = {
  tunnel: '3-118203',
  client: '10.20.30.40:50368',
  destination: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.ods.opinsights.azure.com:443',
  endedBy: 'client',
  bytesUp: 204_824,
  bytesDown: 2_640,
  durationMs: 812,
};
const REASON = 'client-closed';
const text = { type: 'string' } as const;
const integer = { type: 'integer' } as const;

const withSchema = fastJsonStringify({
  type: 'object',
  properties: {
    level: text,
    time: text,
    event: integer,
    msg: text,
    reason: text,
    tunnel: text,
    client: text,
    destination: text,
    endedBy: text,
    bytesUp: integer,
    bytesDown: integer,
    durationMs: integer,
  },
});

export function createBench(options: BenchOptions): Bench {
  const bench = new Bench({ ...options, name: 'one line of event 100, the end of a tunnel' });
  const msg = messageOf(100, REASON, FIELDS);
  const line = { level: 'info', time: new Date(0).toISOString(), event: 100, msg, reason: REASON, ...FIELDS };
  if (withSchema(line) !== JSON.stringify(line)) throw new Error('the two serializers write different lines');
  const withoutTime = (): void => {
    keep(`${JSON.stringify(line)}\n`);
  };
  bench.add('JSON.stringify', withoutTime);
  bench.add('fast-json-stringify', () => {
    keep(`${withSchema(line)}\n`);
  });
  bench.add('the sentence alone (messageOf)', () => {
    keep(messageOf(100, REASON, FIELDS));
  });
  const writer = createEventWriter({ level: 'info', sink: { write: keep } });
  bench.add('event writer (pino), sentence and time included', () => {
    writer.write(100, REASON, FIELDS);
  });
  const silent = createEventWriter({ level: 'error', sink: { write: keep } });
  bench.add('event writer at a level that writes nothing', () => {
    silent.write(100, REASON, FIELDS);
  });
  return bench;
}
