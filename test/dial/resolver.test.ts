import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Host } from '../../src/address/host.ts';
import { parseHost } from '../../src/address/host.ts';
import type { Resolved } from '../../src/dial/resolver.ts';
import { Resolver } from '../../src/dial/resolver.ts';

type Answer = (code: string | null, addresses: readonly string[]) => void;

function stage(hosts: Record<string, string | string[]> = {}) {
  const asked: { name: string; answer: Answer }[] = [];
  const clock = { nowMs: 0 };
  const resolver = new Resolver({
    hosts,
    cacheSeconds: 30,
    lookup: (name, answer) => asked.push({ name, answer }),
    now: () => clock.nowMs,
  });
  return { asked, clock, resolver };
}

function host(text: string): Host {
  const parsed = parseHost(text);
  assert.ok(parsed.ok);
  return parsed.host;
}

function collect(resolver: Resolver, text: string): Resolved[] {
  const results: Resolved[] = [];
  resolver.resolve(host(text), (result) => results.push(result));
  return results;
}

const texts = (result: Resolved | undefined): string[] =>
  result?.ok === true ? result.addresses.map(({ text }) => text) : [];

describe('the resolver', () => {
  it('answers literals and dns.hosts without asking the system', () => {
    const { asked, resolver } = stage({ 'Fixed.Test': ['10.0.0.1', 'fd00::1'] });
    assert.deepEqual(texts(collect(resolver, '192.0.2.7')[0]), ['192.0.2.7']);
    assert.deepEqual(texts(collect(resolver, 'fixed.test')[0]), ['10.0.0.1', 'fd00::1']);
    assert.equal(asked.length, 0);
  });

  it('shares one look-up among all who wait, then answers from the cache until it is old', () => {
    const { asked, clock, resolver } = stage();
    const results = [collect(resolver, 'a.test'), collect(resolver, 'a.test'), collect(resolver, 'a.test')];
    assert.equal(asked.length, 1);
    asked[0]?.answer(null, ['192.0.2.1']);
    for (const each of results) assert.deepEqual(texts(each[0]), ['192.0.2.1']);
    clock.nowMs = 29_999;
    assert.deepEqual(texts(collect(resolver, 'a.test')[0]), ['192.0.2.1']);
    clock.nowMs = 30_000;
    assert.deepEqual(collect(resolver, 'a.test'), []);
    assert.equal(asked.length, 2);
  });

  it('does not keep failures, and tells them apart', () => {
    const { asked, resolver } = stage();
    const missing = collect(resolver, 'b.test');
    asked[0]?.answer('ENOTFOUND', []);
    const silent = collect(resolver, 'b.test');
    asked[1]?.answer('EAI_AGAIN', []);
    const reasons = [missing[0], silent[0]].map((each) => (each?.ok === false ? each.reason : 'ok'));
    assert.deepEqual(reasons, ['name-not-found', 'name-resolution-failed']);
  });

  it('forgets who no longer wants to know', () => {
    const { asked, resolver } = stage();
    let told = 0;
    const forget = resolver.resolve(host('c.test'), () => (told += 1));
    forget();
    asked[0]?.answer(null, ['192.0.2.1']);
    assert.equal(told, 0);
  });
});
