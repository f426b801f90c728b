import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listUrlProblem } from '../../src/policy/list-url.ts';

describe('the address of a list', () => {
  it('is https, or plain on loopback where nobody sits between', () => {
    for (const url of [
      'https://lists.example/hosts?x=1',
      'http://127.0.0.1:8000/',
      'http://localhost/',
      'http://[::1]:1/',
    ]) {
      assert.equal(listUrlProblem(url), null, url);
    }
  });

  it('is refused with what would be right', () => {
    for (const [url, problem] of [
      ['http://lists.example/', /is not https/],
      ['http://127.0.0.1.evil.example/', /is not https/],
      ['ftp://127.0.0.1/', /is not https/],
      ['file:///etc/hosts', /is not https/],
      ['https://user:secret@lists.example/', /user information/],
      ['lists.example/hosts', /is not a URL/],
      ['', /is not a URL/],
    ] as const) {
      assert.match(listUrlProblem(url) ?? '', problem, url);
      assert.ok(!(listUrlProblem(url) ?? '').includes('secret'));
    }
  });
});
