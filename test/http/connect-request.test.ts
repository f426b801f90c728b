import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ParsedRequest } from '../../src/http/connect-request.ts';
import { ConnectRequestParser } from '../../src/http/connect-request.ts';
import { ascii, feed, feedEveryWay, steps } from '../support/feed.ts';

const LIMITS = { headerBytes: 8192 };
const TARGET = 'example.com:443';

function verdict(text: string | Uint8Array, limits = LIMITS): ParsedRequest {
  const bytes = typeof text === 'string' ? ascii(text) : text;
  return feedEveryWay(() => new ConnectRequestParser(limits), bytes);
}

/** A request with `lines` as its header section, HTTP/1.1 with Host unless told otherwise. */
function request(lines: string, target = TARGET, version = 'HTTP/1.1'): string {
  return `CONNECT ${target} ${version}\r\nHost: example.com\r\n${lines}\r\n`;
}

function assertRefused(text: string | Uint8Array, reason: string, detail?: RegExp, limits = LIMITS): void {
  const parsed = verdict(text, limits);
  assert.equal(parsed.state, 'malformed', JSON.stringify(parsed));
  if (parsed.state !== 'malformed') return;
  assert.equal(parsed.reason, reason, JSON.stringify(parsed.fields));
  if (detail !== undefined) assert.match(String(parsed.fields['detail']), detail);
}

function assertDone(text: string): Extract<ParsedRequest, { state: 'done' }> {
  const parsed = verdict(text);
  if (parsed.state !== 'done') assert.fail(JSON.stringify(parsed));
  assert.equal(parsed.headBytes, text.length);
  return parsed;
}

describe('a CONNECT request', () => {
  it('is read in HTTP/1.1 with Host and in HTTP/1.0 without', () => {
    const { request: modern } = assertDone(`CONNECT Example.COM.:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n`);
    assert.equal(modern.target.host.text, 'example.com');
    assert.equal(modern.target.port, 443);
    assert.equal(modern.version, '1.1');
    assert.equal(assertDone(`CONNECT ${TARGET} HTTP/1.0\r\n\r\n`).request.version, '1.0');
  });

  it('gives out credentials as sent and a cleaned User-Agent', () => {
    const { request: read } = assertDone(request('proxy-authorization: \t Basic YTpi \r\nUSER-AGENT:  a\x80b\tc \r\n'));
    assert.equal(read.proxyAuthorization, 'Basic YTpi');
    assert.equal(read.userAgent, 'a?b?c');
    assert.equal(assertDone(request(`User-Agent: ${'x'.repeat(300)}\r\n`)).request.userAgent, 'x'.repeat(200));
    const bare = assertDone(request('')).request;
    assert.deepEqual([bare.proxyAuthorization, bare.userAgent], [null, null]);
  });

  it('may carry unknown fields, empty values, tabs and high bytes in values', () => {
    assertDone(request("X-Empty:\r\nX-Tab: a\tb\r\nX-High: \xe9\xff\r\nx!#$%&'*+-.^_`|~1: ok\r\n"));
    assertDone(request('Content-Length: 0\r\nProxy-Connection: Keep-Alive\r\n'));
  });

  it('is judged by its target, whatever valid Host says', () => {
    for (const host of ['other.example', 'other.example:80', '[::1]', '[::1]:443', '127.0.0.1', 'b\xc3\x9fcher.de']) {
      assertDone(`CONNECT ${TARGET} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    }
  });

  it('leaves the bytes behind the empty line to the tunnel', () => {
    const head = request('');
    const whole = ascii(`${head}\x16\x03\x01\r\n\r\n`);
    const parsed = feed(new ConnectRequestParser(LIMITS), whole, [whole.length]);
    assert.equal(parsed.state === 'done' ? parsed.headBytes : -1, head.length);
  });

  it('asks for more at every position of an unfinished head', () => {
    const bytes = ascii(request('User-Agent: x\r\n'));
    const parser = new ConnectRequestParser(LIMITS);
    for (const length of steps(bytes.length - 1)) assert.equal(parser.read(bytes, length).state, 'need-more');
    assert.equal(parser.read(bytes, bytes.length).state, 'done');
  });
});

describe('other protocols on the proxy port', () => {
  it('are refused at the first byte that no method has', () => {
    assertRefused('\x16', 'not-http', /TLS/);
    assertRefused('\x16\x03\x01\x02\x00\x01', 'not-http', /TLS/);
    assertRefused('\x80\x2e\x01', 'not-http');
    assertRefused('SSH-', 'not-http', /SSH/);
    assertRefused('SSH-2.0-OpenSSH_9.6 Debian\r\n', 'not-http', /SSH/);
    assertRefused('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'not-http', /HTTP\/2/);
    assertRefused('hello\r\n', 'not-http');
    assertRefused('\x00', 'not-http');
    assertRefused(' CONNECT', 'not-http');
  });

  it('include an empty line before the request', () => {
    assertRefused(`\r\n${request('')}`, 'not-http', /empty line/);
    assertRefused(`\n${request('')}`, 'not-http', /empty line/);
  });
});

describe('other methods', () => {
  it('are refused as soon as they are known, and named', () => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'connect', 'CONNECTX', 'CONNEC', 'X'.repeat(32)]) {
      const parsed = verdict(`${method} `);
      assert.deepEqual(parsed, { state: 'malformed', reason: 'not-connect', fields: { method } });
    }
    assertRefused('GET / HTTP/1.1\r\n', 'not-connect');
    assertRefused('X'.repeat(33), 'not-http');
  });
});

describe('the request line', () => {
  it('is refused at its end when it is not method, target and version with single spaces', () => {
    const lines = [
      'CONNECT  a:1 HTTP/1.1',
      'CONNECT a:1  HTTP/1.1',
      'CONNECT a:1 HTTP/1.1 ',
      'CONNECT a:1',
      'CONNECT ',
    ];
    lines.push('CONNECT a:1\tHTTP/1.1', 'CONNECT a:1 HTTP/1.1\t', 'CONNECT \ta:1 HTTP/1.1', 'CONNECT a:1 b HTTP/1.1');
    for (const line of lines) assertRefused(`${line}\r\n`, 'malformed-request');
  });

  it('is refused in any version but HTTP/1.0 and HTTP/1.1', () => {
    for (const version of ['HTTP/2.0', 'HTTP/1.2', 'HTTP/0.9', 'HTTP/1', 'HTTP/1.10', 'HTTP/01.1', 'http/1.1', 'ICY']) {
      assertRefused(`CONNECT ${TARGET} ${version}\r\n`, 'malformed-request');
    }
  });

  it('is refused with anything but a valid authority as its target', () => {
    const targets = ['example.com', 'example.com:', ':443', 'u@example.com:443', 'http://example.com:443', 'a:443/'];
    targets.push(
      'a:0',
      'a:65536',
      'a:+1',
      'a:0443',
      'a:4294967739',
      '[a]:1',
      '[1.2.3.4]:1',
      '::1:443',
      'a%2eb:1',
      '*:1',
    );
    for (const target of targets) assertRefused(`CONNECT ${target} HTTP/1.1\r\n`, 'malformed-target');
  });

  it('may name a host in UTF-8 but in no other encoding', () => {
    const parsed = assertDone(request('', 'b\xc3\xbccher.de:443'));
    assert.equal(parsed.request.target.host.text, 'xn--bcher-kva.de');
    assertRefused('CONNECT b\xfccher.de:443 HTTP/1.1\r\n', 'malformed-target', /UTF-8/);
    assertRefused('CONNECT a\xc0\xafb:443 HTTP/1.1\r\n', 'malformed-target');
  });
});

describe('the header section', () => {
  it('is refused when a line is not a field', () => {
    const lines = ['X : 1', 'X\t: 1', ' X: 1', '\tX: 1', 'X', ': 1', 'X(: 1', 'X\x80: 1', 'a b: 1'];
    for (const line of lines) assertRefused(request(`${line}\r\n`), 'malformed-request');
    assertRefused(request('X: 1\r\n folded\r\n'), 'malformed-request');
    assertRefused(`CONNECT ${TARGET} HTTP/1.1\r\n Host: a\r\n\r\n`, 'malformed-request');
  });

  it('is refused at a bare CR, a bare LF and every control byte', () => {
    const bytes = Array.from({ length: 32 }, (_, code) => code).filter((code) => code !== 9 && code !== 13);
    for (const code of [...bytes, 0x7f]) {
      const character = String.fromCharCode(code);
      assertRefused(`CONNECT ${TARGET} HTTP/1.1\r\nHost: a\r\nX: 1${character}`, 'malformed-request');
      assertRefused(`CONNECT exa${character}`, 'malformed-request');
    }
    assertRefused(`CONNECT ${TARGET} HTTP/1.1\r\nX: 1\rY`, 'malformed-request');
    assertRefused(`CONNECT ${TARGET} HTTP/1.1\r\nX: 1\r\r\n`, 'malformed-request');
    assertRefused(`CONNECT ${TARGET} HTTP/1.1\n`, 'malformed-request');
  });

  it('needs exactly one valid Host in HTTP/1.1', () => {
    assertRefused(`CONNECT ${TARGET} HTTP/1.1\r\n\r\n`, 'malformed-request', /Host/);
    assertRefused(request('Host: example.com\r\n'), 'malformed-request', /host/i);
    for (const host of ['', 'a b', 'a:x', 'a:0', 'a:99999', 'a/b', 'u@a', '[a]', '::1', 'a%b', 'http://a', 'a,b']) {
      assertRefused(`CONNECT ${TARGET} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 'malformed-request', /Host/);
      assertRefused(`CONNECT ${TARGET} HTTP/1.0\r\nHost: ${host}\r\n\r\n`, 'malformed-request', /Host/);
    }
  });

  it('announces no body', () => {
    for (const value of ['1', '+0', '-0', '00', '0, 0', '', '0x0', '0 0']) {
      assertRefused(request(`Content-Length: ${value}\r\n`), 'malformed-request', /Content-Length/);
    }
    assertRefused(request('Content-Length: 0\r\ncontent-length: 0\r\n'), 'malformed-request');
    assertRefused(request('Transfer-Encoding: chunked\r\n'), 'malformed-request', /Transfer-Encoding/);
    assertRefused(request('transfer-encoding:\r\n'), 'malformed-request');
  });

  it('holds at most one Proxy-Authorization', () => {
    const line = 'Proxy-Authorization: Basic YTpi\r\n';
    assertRefused(request(line + line), 'malformed-request', /proxy-authorization/i);
  });

  it('is never repeated in a detail', () => {
    const secret = 'S3CRET';
    for (const line of [
      `Host: ${secret} x`,
      `Content-Length: ${secret}`,
      `${secret} : x`,
      `Proxy-Authorization: ${secret}\x01`,
    ]) {
      const parsed = verdict(request(`${line}\r\n`));
      assert.equal(parsed.state, 'malformed');
      assert.doesNotMatch(JSON.stringify(parsed), /S3CRET/i);
    }
  });
});

describe('limits.headerBytes', () => {
  it('takes a head of exactly that size and refuses one byte more', () => {
    const head = request('X: 12345678\r\n');
    const parsed = verdict(head, { headerBytes: head.length });
    assert.equal(parsed.state, 'done');
    assertRefused(head, 'header-too-large', undefined, { headerBytes: head.length - 1 });
  });

  it('is reported when it is reached without an end, in any step', () => {
    for (const text of [`CONNECT ${'a'.repeat(60)}`, request(`X: ${'a'.repeat(60)}`), request('a'.repeat(60))]) {
      const parsed = verdict(text, { headerBytes: 64 });
      assert.deepEqual(parsed, { state: 'malformed', reason: 'header-too-large', fields: { limit: 64 } });
    }
    assertRefused('A'.repeat(40), 'header-too-large', undefined, { headerBytes: 16 });
  });
});

describe('hostile bytes', () => {
  const limits = { headerBytes: 256 };
  const pieces = fc.constantFrom(
    'CONNECT ',
    'a:1',
    ' HTTP/1.1',
    '\r\n',
    '\r',
    '\n',
    'Host: a',
    'X',
    ':',
    ' ',
    '\t',
    '\xff',
  );
  const nearMisses = fc.array(fc.oneof({ weight: 8, arbitrary: pieces }, { weight: 1, arbitrary: fc.string() }));

  it('never throw, never outgrow the limit, and lead to one verdict for every segmentation', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      nearMisses.map((parts) => ascii(parts.join(''))),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        const whole = feed(new ConnectRequestParser(limits), bytes, [bytes.length]);
        assert.deepEqual(feed(new ConnectRequestParser(limits), bytes, steps(bytes.length)), whole);
        if (whole.state === 'need-more') assert.ok(bytes.length < limits.headerBytes);
        if (whole.state === 'done') assert.ok(whole.headBytes <= limits.headerBytes);
      }),
      { numRuns: 500 },
    );
  });
});
