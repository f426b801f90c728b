import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RefusalReason } from '../../src/events/reasons.ts';
import { REASONS, reasonRow } from '../../src/events/reasons.ts';
import { established, refusal } from '../../src/http/answer.ts';

const REFUSALS = Object.keys(REASONS).filter((reason) => reasonRow(reason as RefusalReason).status) as RefusalReason[];

interface Answer {
  readonly status: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Reads an answer as a client does, and fails where a client would. */
function read(bytes: Uint8Array): Answer {
  const text = new TextDecoder('latin1').decode(bytes);
  const end = text.indexOf('\r\n\r\n');
  assert.ok(end > 0, 'no end of the header section');
  const [status = '', ...lines] = text.slice(0, end).split('\r\n');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const match = /^([A-Za-z-]+): ([\x20-\x7e]+)$/.exec(line);
    assert.ok(match, `not a field line: ${JSON.stringify(line)}`);
    const [, name = '', value = ''] = match;
    assert.ok(!fields.has(name), `${name} twice`);
    fields.set(name, value);
  }
  const body = text.slice(end + 4);
  assert.equal(fields.get('Content-Length'), String(body.length));
  return { status, fields, body };
}

/** The details of Proxy-Status, unescaped; fails unless the field is as RFC 9209 and RFC 9651 want it. */
function details(answer: Answer): { error: string; details: string } {
  const match = /^oms-gateway; error=([a-z_]+); details="((?:[^"\\]|\\["\\])*)"$/.exec(
    answer.fields.get('Proxy-Status') ?? '',
  );
  assert.ok(match, answer.fields.get('Proxy-Status'));
  return { error: match[1] ?? '', details: (match[2] ?? '').replace(/\\(["\\])/g, '$1') };
}

describe('established', () => {
  it('is the 39 bytes that the reference gateway sends', () => {
    const text = new TextDecoder().decode(established());
    assert.equal(text, 'HTTP/1.1 200 Connection established\r\n\r\n');
    assert.equal(established().length, 39);
  });
});

describe('refusal', () => {
  for (const reason of REFUSALS) {
    it(`answers ${reason} with its status, its Proxy-Status and one sentence`, () => {
      const answer = read(refusal(reason, { detail: 'd', host: 'h', destination: 'h:1', method: 'GET' }));
      const row = reasonRow(reason);
      assert.match(answer.status, new RegExp(`^HTTP/1\\.1 ${row.status} [A-Z][A-Za-z ]+$`));
      assert.equal(answer.fields.get('Connection'), 'close');
      assert.equal(answer.fields.get('Content-Type'), 'text/plain; charset=utf-8');
      assert.equal(answer.fields.get('Allow'), row.status === 405 ? 'CONNECT' : undefined);
      assert.match(answer.body, /^[A-Z][\x20-\x7e]+\.\n$/);
      assert.deepEqual(details(answer), { error: row.proxyError, details: answer.body.trimEnd() });
    });
  }

  it('has no content for HEAD, and the fields that it would have', () => {
    const text = (method: string): string => new TextDecoder().decode(refusal('not-connect', { method }));
    const get = text('GETS');
    assert.equal(text('HEAD'), get.slice(0, get.indexOf('\r\n\r\n') + 4).replaceAll('GETS', 'HEAD'));
  });

  it('fills the sentence with what was wrong', () => {
    const { body } = read(refusal('host-not-allowed', { host: 'www.test.com' }));
    assert.match(body, /^Target host \(www\.test\.com\) is forbidden/);
    assert.match(read(refusal('not-connect', { method: 'GET' })).body, /GET/);
  });

  it('lets no field end a line, leave its quotes or grow the answer', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((some) => `${some}\r\nX: "\\`),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...REFUSALS), (value, reason) => {
        const answer = read(refusal(reason, { detail: value, host: value, destination: value, method: value }));
        assert.equal(details(answer).details, answer.body.slice(0, -1));
      }),
    );
    assert.ok(refusal('not-http', { detail: 'x'.repeat(1_000_000) }).length < 4096);
    assert.ok(refusal('not-http', { detail: '"'.repeat(1_000_000) }).length < 4096);
  });

  it('carries no field that its sentence does not ask for', () => {
    const text = new TextDecoder().decode(refusal('malformed-request', { detail: 'd', proxyAuthorization: 'S3CRET' }));
    assert.doesNotMatch(text, /S3CRET/);
  });
});
