import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { LoadOptions } from '../../../perf/load/options.ts';
import { CREDENTIALS_VARIABLE, parseLoadOptions } from '../../../perf/load/options.ts';
import { WORKLOADS } from '../../../perf/load/workloads/index.ts';

function options(line: string, environment: NodeJS.ProcessEnv = {}): LoadOptions {
  const parsed = parseLoadOptions(line.split(' '), environment);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.text);
  return parsed.options;
}

function problem(line: string): string {
  const parsed = parseLoadOptions(line.split(' '), {});
  assert.ok(!parsed.ok, `${line} was accepted`);
  assert.equal(parsed.code, 2);
  return parsed.text;
}

describe('options of npm run load', () => {
  it('need nothing but what to go through', () => {
    const { workloads, through, target, origin, settings, credentials, allowRemote } = options(
      '--proxy http://127.0.0.1:8080/',
    );
    assert.deepEqual(workloads, ['connect', 'echo', 'download', 'upload']);
    assert.deepEqual(through, { kind: 'proxy', host: '127.0.0.1', port: 8080 });
    assert.deepEqual([target, origin, credentials, allowRemote], [null, { host: '127.0.0.1', port: 0 }, null, false]);
    assert.deepEqual([settings.seconds, settings.connections, settings.rate], [10, null, null]);
  });

  it('take workloads before and behind other options, with spaces or commas', () => {
    for (const line of ['echo,idle --gateway', '--gateway echo idle']) {
      assert.deepEqual(options(line).workloads, ['echo', 'idle'], line);
    }
  });

  it('read sizes, rates and times, and refuse what is none', () => {
    const { settings } = options(
      '--direct --bytes 200k --rate 12.5 --seconds 0.5 --agents 7 --period 0.25 --long-lived',
    );
    assert.deepEqual([settings.bytes, settings.rate, settings.seconds], [204_800, 12.5, 0.5]);
    assert.deepEqual([settings.agents, settings.periodSeconds, settings.longLived], [7, 0.25, true]);
    for (const wrong of ['--bytes 0', '--bytes 17g', '--bytes 1.5k', '--rate 0', '--rate -1', '--seconds 3601']) {
      problem(`--direct ${wrong}`);
    }
    for (const wrong of ['--agents 100001', '--connections 0', '--threads 1e3', '--proxy 127.0.0.1', '--tls maybe']) {
      problem(`--direct ${wrong}`);
    }
  });

  it('must name exactly one way to go', () => {
    assert.match(problem('connect'), /one of --proxy HOST:PORT, --gateway and --direct/);
    assert.match(problem('connect --direct --gateway'), /one of/);
  });

  it('name the workloads there are when one is unknown, and the target that is missing', () => {
    assert.match(problem('--direct conect'), /no workload "conect"; there are: connect, echo/);
    assert.match(problem('--direct --origin none'), /--origin none needs --target/);
    assert.equal(options('--direct --origin none --target a.example:443').origin, null);
  });

  it('take credentials from the environment or a file, never from the command line', () => {
    assert.equal(options('--direct', { [CREDENTIALS_VARIABLE]: 'agent:pass:word' }).credentials, 'agent:pass:word');
    const directory = mkdtempSync(join(tmpdir(), 'oms-load-'));
    try {
      const file = join(directory, 'credentials');
      writeFileSync(file, 'user:secret\n');
      assert.equal(options(`--direct --credentials-file ${file}`).credentials, 'user:secret');
      writeFileSync(file, 'no colon');
      const text = problem(`--direct --credentials-file ${file}`);
      assert.match(text, /user:password/);
      assert.doesNotMatch(text, /no colon/, 'what is in the file is a secret');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    assert.match(problem('--direct --credentials-file /nonexistent/file'), /cannot read .*ENOENT/);
    assert.match(problem('--direct --password x'), /unknown option/);
  });

  it('explain themselves, with examples', () => {
    const parsed = parseLoadOptions(['--help'], {});
    assert.ok(!parsed.ok && parsed.code === 0);
    assert.match(parsed.text, /npm run load -- connect --proxy/);
  });
});

describe('workloads', () => {
  const { settings } = options('--direct --agents 600 --seconds 60');

  it('agents are the published sizing: 200 KB each 6 seconds, spread evenly, each in a new tunnel', () => {
    const [group] = WORKLOADS.agents(settings).groups;
    assert.deepEqual(group, {
      name: 'agents',
      clients: 600,
      pace: { periodMs: 6_000, spreadMs: 6_000, offsetMs: 0 },
      tunnel: 'per-operation',
      action: 'upload',
      bytes: 204_800,
    });
    assert.equal(WORKLOADS.agents({ ...settings, longLived: true }).groups[0]?.tunnel, 'kept');
  });

  it('a rate holds closed loops to a pace that adds up to it', () => {
    const [group] = WORKLOADS.echo({ ...settings, connections: 10, rate: 50 }).groups;
    assert.deepEqual(group?.pace, { periodMs: 200, spreadMs: 200, offsetMs: 0 });
    assert.equal(WORKLOADS.echo(settings).groups[0]?.pace, null);
  });

  it('mixed lets the full hour strike within the run, whatever the compression', () => {
    for (const [compress, seconds] of [
      [60, 60],
      [60, 5],
      [1, 60],
      [3_600, 10],
    ] as const) {
      const [heartbeat, burst] = WORKLOADS.mixed({ ...settings, compress, seconds }).groups;
      assert.equal(heartbeat?.pace?.periodMs, 60_000 / compress);
      assert.equal(burst?.pace?.periodMs, 3_600_000 / compress);
      assert.ok((burst?.pace?.offsetMs ?? Infinity) < seconds * 1_000);
      assert.equal(burst?.clients, 30);
    }
  });
});
