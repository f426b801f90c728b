import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ParsedResponse } from '../../src/relay/response.ts';
import { RESPONSE_LIMIT, RelayResponseParser } from '../../src/relay/response.ts';
import { ascii, joined } from '../support/feed.ts';

/** Feeds an answer in the given pieces; bytes behind the verdict's chunk count as rest. */
function feed(bytes: Uint8Array, cuts: readonly number[]): ParsedResponse {
  const parser = new RelayResponseParser();
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    const parsed = parser.read(bytes.slice(from, to));
    if (parsed.state === 'done') return { ...parsed, rest: joined(parsed.rest, bytes.subarray(to)) };
    if (parsed.state !== 'need-more') return parsed;
    from = to;
  }
  return { state: 'need-more' };
}

function everyWay(text: string): ParsedResponse {
  const bytes = ascii(text);
  const whole = feed(bytes, []);
  for (let cut = 1; cut < bytes.length; cut += 1) assert.deepEqual(feed(bytes, [cut]), whole, `cut at ${cut}`);
  const single = Array.from({ length: bytes.length }, (_, index) => index);
  assert.deepEqual(feed(bytes, single), whole, 'byte by byte');
  return whole;
}

function done(status: number, rest = '', schemes: readonly string[] = []): ParsedResponse {
  return { state: 'done', response: { status, schemes }, rest: ascii(rest) };
}

describe("a relay's answer", () => {
  it('is its status, and what stands behind the header section belongs to the tunnel', () => {
    assert.deepEqual(everyWay('HTTP/1.1 200 Connection established\r\n\r\n'), done(200));
    assert.deepEqual(everyWay('HTTP/1.0 200\r\nVia: x\r\n\r\n\x16\x03\x03\r\n\r\n'), done(200, '\x16\x03\x03\r\n\r\n'));
    assert.deepEqual(everyWay('HTTP/1.1 299 \xfcmlaut\r\nContent-Length: 5\r\n\r\nhello'), done(299, 'hello'));
    assert.deepEqual(everyWay('HTTP/1.1 403 Forbidden\r\n\r\n<html>'), done(403, '<html>'));
  });

  it('may have interim answers in front, which are passed over', () => {
    const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
    assert.deepEqual(everyWay(`${interim}HTTP/1.1 200 OK\r\n\r\nx`), done(200, 'x'));
    assert.equal(everyWay(interim).state, 'need-more');
  });

  it('names the schemes a 407 asks for', () => {
    const head =
      'HTTP/1.1 407 Auth\r\nProxy-Authenticate: Negotiate\r\nproxy-authenticate: Basic realm="x, NTLM"\r\n\r\n';
    assert.deepEqual(everyWay(head), done(407, '', ['negotiate', 'basic']));
  });

  it('is refused when two readers could understand it in two ways', () => {
    for (const [text, detail] of [
      ['HTTP/1.1 200 OK\n\n', /LF without CR/],
      ['HTTP/1.1 200 OK\r\rx', /CR stands alone/],
      ['HTTP/2 200\r\n\r\n', /status line/],
      ['HTTP/1.1 2000 OK\r\n\r\n', /status line/],
      ['HTTP/1.1 20 OK\r\n\r\n', /status line/],
      ['HTTP/1.1 600 OK\r\n\r\n', /status line/],
      ['http/1.1 200 OK\r\n\r\n', /status line/],
      ['\r\nHTTP/1.1 200 OK\r\n\r\n', /status line/],
      ['HTTP/1.1 101 Switching Protocols\r\n\r\n', /switch protocols/],
      ['HTTP/1.1 200 OK\r\n folded: x\r\n\r\n', /name: value/],
      ['HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n', /name: value/],
      ['HTTP/1.1 200 OK\r\nno colon\r\n\r\n', /name: value/],
      ['HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n', /control character \(0x00\)/],
      ['SSH-2.0-OpenSSH\r\n', /status line/],
      ['\x15\x03\x01\x00\x02\x02\x46', /speaks TLS/],
    ] as const) {
      const parsed = everyWay(text);
      assert.equal(parsed.state, 'malformed', JSON.stringify(text));
      if (parsed.state === 'malformed') assert.match(parsed.detail, detail);
    }
  });

  it('is bounded, interim answers included', () => {
    const long = `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(RESPONSE_LIMIT)}`;
    assert.equal(feed(ascii(long), []).state, 'malformed');
    const endless = 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1 + RESPONSE_LIMIT / 25);
    assert.equal(feed(ascii(endless), []).state, 'malformed');
    const fits = `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(RESPONSE_LIMIT - 24)}\r\n\r\n`;
    assert.equal(ascii(fits).length, RESPONSE_LIMIT);
    assert.equal(feed(ascii(`${fits}rest`), []).state, 'done');
  });

  it('never throws on hostile bytes and never depends on the cuts', () => {
    const lines = fc.constantFrom(
      'HTTP/1.1 200 OK',
      'HTTP/1.1 100 x',
      '\r\n',
      '\r\n\r\n',
      'A: b',
      '\x00',
      'Proxy-Authenticate:',
      ' ',
    );
    const hostile = fc.array(fc.oneof(lines.map(ascii), fc.uint8Array({ maxLength: 12 })), { maxLength: 12 });
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(120)), (parts, places) => {
        const bytes = joined(...parts);
        const cuts = places.filter((place) => place < bytes.length).sort((one, other) => one - other);
        assert.deepEqual(feed(bytes, cuts), feed(bytes, []));
      }),
    );
  });
});
