import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccessRequest } from '../../src/admin/access.ts';
import { judgeAccess } from '../../src/admin/access.ts';

const LOOPBACK = { host: '127.0.0.1', token: '' };
const TOKEN = 'correct-horse-battery';

function judge(request: Partial<AccessRequest>, rules = LOOPBACK): string | null {
  const whole: AccessRequest = {
    method: 'GET',
    host: '127.0.0.1:8081',
    origin: undefined,
    fetchSite: undefined,
    authorization: undefined,
    isPublic: false,
    ...request,
  };
  return judgeAccess(rules, whole)?.error ?? null;
}

describe('access to the admin API', () => {
  it('is given by every loopback name and address', () => {
    for (const host of ['localhost', 'LOCALHOST:8081', '127.0.0.1', '127.8.9.1:80', '[::1]:8081', '[::1]']) {
      assert.equal(judge({ host }), null, host);
    }
  });

  it('is refused by foreign names: a page that was led here by DNS rebinding still sends its own name', () => {
    for (const host of ['evil.test', 'localhost.evil.test', '127.0.0.1.nip.io:8081', '10.0.0.7', '[fe80::1]:8081']) {
      assert.equal(judge({ host }), 'foreign-host', host);
    }
    for (const host of [
      undefined,
      '',
      'a b',
      'localhost:',
      '[::1',
      'x@localhost',
      'localhost/',
      '127.0.0.1:99999999',
    ]) {
      assert.equal(judge({ host }), 'bad-host', String(host));
    }
  });

  it('does not ask for loopback names where other machines may come, because there the token decides', () => {
    const rules = { host: '0.0.0.0', token: TOKEN };
    const authorization = `Bearer ${TOKEN}`;
    assert.equal(judge({ host: 'gateway.example:8081', authorization }, rules), null);
    assert.equal(judge({ host: 'gateway.example:8081' }, rules), 'unauthorized');
  });

  it('lets no page of another origin act', () => {
    const post = { method: 'POST', host: 'localhost:8081' };
    assert.equal(judge(post), null);
    assert.equal(judge({ ...post, origin: 'http://localhost:8081', fetchSite: 'same-origin' }), null);
    assert.equal(judge({ ...post, fetchSite: 'none' }), null);
    for (const origin of ['http://evil.test', 'null', 'https://localhost:8081', 'http://localhost:8082']) {
      assert.equal(judge({ ...post, origin }), 'foreign-origin', origin);
    }
    for (const fetchSite of ['cross-site', 'same-site']) assert.equal(judge({ ...post, fetchSite }), 'foreign-origin');
  });

  it('takes the whole token and nothing else', () => {
    const rules = { host: '127.0.0.1', token: TOKEN };
    for (const authorization of [`Bearer ${TOKEN}`, `bearer  ${TOKEN}`])
      assert.equal(judge({ authorization }, rules), null);
    const wrong = [
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(0, -1)}`,
      `Basic ${TOKEN}`,
      TOKEN,
    ];
    wrong.push(`Bearer ${TOKEN.toUpperCase()}`, `Bearer ${TOKEN} x`);
    for (const authorization of wrong) assert.equal(judge({ authorization }, rules), 'unauthorized', authorization);
    assert.equal(judge({}, rules), 'unauthorized');
  });

  it('gives program text to everybody who came by a right name', () => {
    const rules = { host: '127.0.0.1', token: TOKEN };
    assert.equal(judge({ isPublic: true }, rules), null);
    assert.equal(judge({ isPublic: true, host: 'evil.test' }, rules), 'foreign-host');
  });
});
