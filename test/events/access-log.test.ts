import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ACCESS_HEAD, accessLines } from '../../src/events/access-log.ts';
import type { Reason } from '../../src/events/reasons.ts';
import { createEventWriter } from '../../src/events/writer.ts';

function eventLines(write: (writer: ReturnType<typeof createEventWriter>) => void): string {
  let lines = '';
  write(createEventWriter({ level: 'debug', sink: { write: (line) => (lines += line) } }));
  return lines;
}

const base = { tunnel: 'abc-1', client: '10.0.0.7:50368', destination: 'www.test.com:443' };

describe('access log', () => {
  it('has one line for a tunnel that was open: status 200, bytes each way, seconds', () => {
    const lines = eventLines((writer) => {
      writer.write(103, null, base);
      writer.write(107, null, { ...base, sni: 'www.test.com' });
      writer.write(100, 'client-closed', { ...base, bytesUp: 10, bytesDown: 20, durationMs: 1234, endedBy: 'client' });
    });
    assert.match(
      accessLines(lines),
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} 10\.0\.0\.7 50368 CONNECT www\.test\.com:443 200 10 20 1\.234 client-closed abc-1\n$/,
    );
  });

  it('has one line for a refused request, with the status the client got, and for IPv6 clients their address', () => {
    const refusals: [104 | 105 | 403, Reason, string][] = [
      [105, 'host-not-allowed', '403'],
      [403, 'connect-timeout', '504'],
      [104, 'not-connect', '405'],
    ];
    for (const [event, reason, status] of refusals) {
      const lines = eventLines((writer) => {
        writer.write(event, reason, { ...base, client: '[fd00::7]:1234' });
      });
      assert.match(accessLines(lines), new RegExp(` fd00::7 1234 CONNECT \\S+ ${status} 0 0 - ${reason} abc-1\n$`));
    }
  });

  it('has one line, not two, for a tunnel whose TLS session was refused or that was lost', () => {
    const lines = eventLines((writer) => {
      writer.write(106, 'sni-mismatch', base);
      writer.write(100, 'sni-mismatch', { ...base, bytesUp: 0, bytesDown: 7, durationMs: 3 });
      writer.write(403, 'client-lost', { ...base, detail: 'x' });
      writer.write(100, 'client-lost', { ...base, bytesUp: 0, bytesDown: 7, durationMs: 3 });
      writer.write(100, 'still-open', { ...base, ageMs: 3 });
      writer.notice('draining', { seconds: 3 });
    });
    assert.equal(accessLines(lines).split('\n').length, 3);
  });

  it('names as many fields as its lines have', () => {
    const fields = /#Fields: (.*)\n$/.exec(ACCESS_HEAD)?.[1]?.split(' ') ?? [];
    const lines = eventLines((writer) => {
      writer.write(105, 'host-not-allowed', base);
    });
    assert.equal(accessLines(lines).trimEnd().split(' ').length, fields.length);
  });
});
