import type { BenchOptions } from 'tinybench';
import { Bench } from 'tinybench';
import type { Host } from '../src/address/host.ts';
import { parseHost } from '../src/address/host.ts';
import { HostMatcher, parseHostPattern } from '../src/policy/host-pattern.ts';
import { keep } from './support/keep.ts';

/** Does looking up a host depend on the length of the allow-list? It must not: 10, 1,000 and 100,000 entries. */

export const operationsPerCall = 1_000;

export function createBench(options: BenchOptions): Bench {
  const bench = new Bench({ ...options, name: 'looking up one host' });
  for (const entries of [10, 1_000, 100_000]) {
    const matcher = matcherOf(entries);
    const count = entries.toLocaleString('en');
    addLookups(
      bench,
      `exact, ${count} entries`,
      matcher,
      (i) => `host-${3 * (i % Math.ceil(entries / 3))}.example.com`,
    );
    addLookups(
      bench,
      `suffix, ${count} entries`,
      matcher,
      (i) => `a${i}.zone-${1 + 3 * (i % Math.floor(entries / 3))}.example.org`,
    );
    addLookups(bench, `address in a range, ${count} entries`, matcher, (i) =>
      address(2 + 3 * (i % Math.floor(entries / 3)), 7),
    );
    addLookups(bench, `refused, ${count} entries`, matcher, (i) => `host-${i}.of.somebody-else.example.net`, false);
  }
  return bench;
}

/** A third each of exact names, suffixes and ranges. */
function matcherOf(entries: number): HostMatcher {
  const matcher = new HostMatcher();
  for (let index = 0; index < entries; index += 1) {
    const kinds = [`host-${index}.example.com`, `*.zone-${index}.example.org`, `${address(index, 0)}/24`];
    const parsed = parseHostPattern(kinds[index % kinds.length] ?? '');
    if (!parsed.ok) throw new Error(parsed.detail);
    matcher.add(parsed.pattern, 'allowedHosts', `entry ${index}`);
  }
  return matcher;
}

/** The address with this last byte in the network 10.0.0.0 + 256 × index, all of them apart. */
function address(index: number, last: number): string {
  return `${10 + (index >> 16)}.${(index >> 8) & 0xff}.${index & 0xff}.${last}`;
}

function addLookups(bench: Bench, name: string, matcher: HostMatcher, nth: (i: number) => string, found = true): void {
  const hosts = Array.from({ length: operationsPerCall }, (_, index) => hostOf(nth(index)));
  if (hosts.some((host) => (matcher.match(host) !== null) !== found))
    throw new Error(`${name}: a host is judged wrongly`);
  bench.add(name, () => {
    for (const host of hosts) keep(matcher.match(host));
  });
}

function hostOf(text: string): Host {
  const parsed = parseHost(text);
  if (!parsed.ok) throw new Error(`${text} ${parsed.detail}`);
  return parsed.host;
}
