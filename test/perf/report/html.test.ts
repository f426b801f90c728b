import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LatencyHistogram } from '../../../perf/load/histogram.ts';
import type { LoadReport, WorkloadResult } from '../../../perf/load/result.ts';
import { detailsOf, resultTable } from '../../../perf/load/table.ts';
import { htmlReport } from '../../../perf/report/html.ts';
import { xmlProblem } from '../../support/xml.ts';

const histogram = LatencyHistogram.empty();
for (let ms = 1; ms <= 500; ms += 1) histogram.record(ms);

const group = {
  name: 'agents',
  begun: 501,
  unfinished: 1,
  latency: histogram.summary(),
  curve: histogram.curve(),
  setUp: histogram.summary(),
  lag: histogram.summary(),
  histogram: histogram.encode(),
};

function result(more: Partial<WorkloadResult> = {}): WorkloadResult {
  const timeline = [-0.5, 0, 1, 2].map((second) => ({
    second,
    donePerSecond: 250,
    bytesPerSecond: 5e6,
    open: 3,
    failures: second === 1 ? 2 : 0,
  }));
  return {
    workload: 'agents',
    description: '20 agents & <more>',
    unit: 'upload',
    seconds: 2,
    counts: { done: 500, tunnels: 500, open: 3, failures: 2, bytesUp: 1e7, bytesDown: 500, late: 4 },
    groups: [group],
    failures: [{ stage: 'answer', cause: 'status <503>', count: 2 }],
    timeline,
    proxy: null,
    loadCpuSeconds: 1,
    ...more,
  };
}

function report(results: readonly WorkloadResult[]): LoadReport {
  return {
    version: 1,
    date: '2026-01-02T03:04:05.678Z',
    machine: { node: 'v26.0.0', os: 'Linux 6', cpu: 'A & B', cpus: 2, memoryGb: 8 },
    through: 'proxy <x>',
    asked: ['localhost:8443'],
    handshake: 'canned',
    threads: 1,
    results,
  };
}

describe('HTML report', () => {
  const html = htmlReport(report([result(), result({ workload: 'echo', timeline: [], groups: [] })]));

  it('is well-formed behind its doctype, with every text escaped', () => {
    const markup = html
      .replace('<!doctype html>\n', '')
      .replace(/<meta ([^>]*)>/g, '<meta $1/>')
      .replace(/<style>[^<]*<\/style>/g, '');
    assert.equal(xmlProblem(markup), null);
    assert.doesNotMatch(html, /NaN|undefined|Infinity/);
  });

  it('loads nothing and runs nothing: no address but that of the SVG name space, no script', () => {
    assert.deepEqual([...new Set(html.match(/https?:\/\/[^"' ]+/g))], ['http://www.w3.org/2000/svg']);
    assert.doesNotMatch(html, /<script|<link|@import|url\(/);
  });

  it('has the latency curve, the rate and the payload over time, light and dark', () => {
    for (const name of ['Latency by percentile', 'Uploads per second over time', 'Payload per second over time']) {
      assert.ok(html.includes(name), name);
    }
    assert.match(html, /prefers-color-scheme:dark/);
    assert.match(html, /99 % within 495 ms/);
  });
});

describe('table of results', () => {
  it('has a line for each workload with rate, percentiles and failures', () => {
    const line = resultTable(report([result()]))
      .split('\n')
      .find((each) => each.includes('  agents '));
    assert.match(line ?? '', /agents +500 +250 +5\.00 MB\/s +250 ms +450 ms +495 ms +500 ms +500 ms +2 +1$/);
  });

  it('names failures by stage and cause, and a load generator at its limit', () => {
    assert.deepEqual(detailsOf(result()), [
      'agents: 2 × failed at answer: status <503>',
      'agents: 4 operations began more than 20 ms late: the load generator is at its limit',
    ]);
  });

  it('says what the proxy cost when its process is known', () => {
    const memory = {
      rssBefore: 1e7,
      rssAfter: 2e7,
      pssBefore: 1e7,
      pssAfter: 2e7,
      rssPerTunnel: 2_048,
      pssPerTunnel: 1_024,
    };
    const proxy = { cpuSeconds: 0.5, cpuUsPerOperation: 1_000, cpuSecondsPerGb: 0.3, memory };
    const lines = detailsOf(result({ proxy, failures: [] }));
    assert.equal(
      lines[0],
      'agents: proxy: 0.50 s CPU, 1,000 µs per upload, 0.30 s per GB, 2.00 KiB resident per tunnel, 1.00 KiB proportional, 20.0 MB resident',
    );
  });
});
