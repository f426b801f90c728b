import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { cpuSecondsBetween, sampleCpu } from '../../../perf/process/cpu.ts';
import { descriptorLimit, descriptorProblem } from '../../../perf/process/descriptors.ts';
import { sampleMemory } from '../../../perf/process/memory.ts';
import { freePort, waitForPort } from '../../../perf/process/port.ts';
import { busySeconds } from '../../../perf/process/processors.ts';
import type { ProcessEntry } from '../../../perf/process/tree.ts';
import { parseStat, processTree } from '../../../perf/process/tree.ts';
import { WORKLOADS } from '../../../perf/load/workloads/index.ts';
import { endWithUs } from '../../support/children.ts';

const STAT = '4711 (a (strange) name) S 12 4711 13 0 -1 4194304 99 0 0 0 250 50 7 3 20 0 1 0 350384 3133440 396';

/** Uses 0.3 s of processor time, in the process and in its child, says so, and ends when its input does. */
const BUSY = 'while(process.cpuUsage().user+process.cpuUsage().system<3e5);console.log("done");';
const BUSY_PAIR = `
const child = require('node:child_process').spawn(process.execPath,
  ['-e', ${JSON.stringify(`${BUSY}process.stdin.resume()`)}], { stdio: ['pipe', 'pipe', 'inherit'] });
${BUSY.replace('console.log("done");', '')}
child.stdout.once('data', () => console.log('done'));
process.stdin.on('end', () => { child.kill(); process.exit(); }).resume();
`;

describe('process entries of /proc', () => {
  it('are read whatever the program is called', () => {
    assert.deepEqual(parseStat(STAT), {
      pid: 4711,
      name: 'a (strange) name',
      parent: 12,
      session: 13,
      ownTicks: 300,
      reapedTicks: 10,
    });
  });

  it('are null for zombies and for text that is none', () => {
    assert.equal(parseStat(STAT.replace(') S', ') Z')), null);
    assert.equal(parseStat(''), null);
  });
});

describe('process tree', () => {
  const entry = (pid: number, parent: number, session = 1): ProcessEntry => ({
    ...{ pid, parent, session, ownTicks: 0, reapedTicks: 0, name: '' },
  });

  it('is a process, its descendants in any order, and what is left of its session', () => {
    const all = [entry(30, 20), entry(20, 10), entry(10, 1), entry(40, 1, 10), entry(50, 1), entry(60, 50)];
    assert.deepEqual(
      processTree(10, all).map(({ pid }) => pid),
      [30, 20, 10, 40],
    );
    assert.deepEqual(processTree(99, all), []);
  });
});

describe('cost of a process tree', () => {
  it('is the processor time of parent and child together, and their memory', async () => {
    const child = spawn(process.execPath, ['-e', BUSY_PAIR], { stdio: ['pipe', 'pipe', 'inherit'] });
    endWithUs(child, 'SIGKILL');
    const pid = child.pid ?? 0;
    try {
      const before = sampleCpu(pid);
      await once(child.stdout, 'data');
      const seconds = cpuSecondsBetween(before, sampleCpu(pid));
      assert.ok(seconds >= 0.55 && seconds < 3, `${seconds} s`);
      const { rss, pss, processes } = sampleMemory(pid);
      assert.equal(processes, 2);
      assert.ok(rss > 40e6 && pss > 10e6 && pss <= rss, `rss ${rss}, pss ${pss}`);
    } finally {
      child.stdin.end();
      await once(child, 'exit');
    }
    assert.deepEqual(sampleMemory(pid), { rss: 0, pss: 0, processes: 0 });
  });

  it('of a processor is what it was not idle or waiting for a disk', () => {
    const text = 'cpu  1 1 1 1\ncpu0 100 0 50 9000 700 5 20 25 0 0\ncpu1 200 0 0 9000 0 0 0 0 0 0\ncpu10 9 9 9 9\n';
    assert.equal(busySeconds([0], text), 2);
    assert.equal(busySeconds([0, 1], text), 4);
  });
});

describe('descriptors', () => {
  it('are counted before a run: both ends of a held tunnel are here with an own origin', () => {
    const settings = { connections: 1_000, bytes: null, rate: null, agents: 5_000, periodSeconds: 6, compress: 60 };
    const idle = WORKLOADS.idle({ ...settings, longLived: false, seconds: 1 });
    assert.equal(descriptorProblem([idle], false, 1_100), null);
    assert.match(
      descriptorProblem([idle], true, 1_100) ?? '',
      /idle needs 2100 descriptors for 1000 tunnels, 1100 are/,
    );
    const agents = (longLived: boolean) => WORKLOADS.agents({ ...settings, longLived, seconds: 1 });
    assert.equal(descriptorProblem([agents(false)], true, 1_100), null);
    assert.match(descriptorProblem([agents(true)], true, 1_100) ?? '', /agents needs 10100/);
  });

  it('have the limit the kernel tells, or the usual one', () => {
    assert.equal(
      descriptorLimit('Max open files            20000                20000                files\n'),
      20_000,
    );
    assert.equal(descriptorLimit(''), 1_024);
  });
});

describe('waiting for a port', () => {
  it('ends at once when nobody will listen any more', async () => {
    const begun = performance.now();
    assert.equal(await waitForPort(await freePort(), 10_000, () => true), false);
    assert.ok(performance.now() - begun < 5_000);
  });
});
