import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';
import { metricsText } from '../../src/metrics/exposition.ts';
import { LoopMeter } from '../../src/metrics/meter.ts';
import { QuantileWindow } from '../../src/metrics/quantile-window.ts';
import type { MetricsSource } from '../../src/metrics/table.ts';
import { METRICS } from '../../src/metrics/table.ts';
import { Totals } from '../../src/metrics/totals.ts';
import { requireProgram } from '../support/programs.ts';

const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-metrics-'));
after(() => {
  rmSync(directory, { recursive: true });
});

function source(totals = new Totals()): MetricsSource {
  const window = new QuantileWindow(totals);
  return {
    totals,
    quantiles: (name) => window.quantiles(name),
    version: '1.2.3 "quoted\\"',
    engine: 'portable',
    startedAtSeconds: 1_767_225_600.5,
    ready: true,
    allowedHosts: 3,
    workers: { configured: 2, ready: 2, replaced: 0 },
    ownEvents: (event) => (event === 401 ? 2 : 0),
    droppedEvents: 0,
    threads: [{ thread: 'primary', stallSeconds: 0.001 }],
    processes: [
      { process: 'primary', residentBytes: 1e8, descriptors: null, descriptorLimit: null },
      { process: 'worker-1', residentBytes: 1e8, descriptors: 30, descriptorLimit: 1024 },
    ],
  };
}

function busy(): Totals {
  const totals = new Totals();
  const meter = new LoopMeter(() => undefined);
  meter.clientOpened('10.0.0.7');
  meter.tunnelOpened(12);
  meter.setUp(40);
  meter.moved(100, 200);
  meter.reported(403, 'connect-timeout');
  meter.reported(106, 'sni-mismatch');
  meter.reported(105, 'host-not-allowed');
  meter.wouldRefuse(106, 'sni-missing');
  meter.nameLookedUp(3, true);
  const report = meter.takeReport();
  assert.ok(report !== null);
  totals.apply(1, report);
  return totals;
}

/** What promtool says of a text of metrics. */
function lint(text: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe('metrics text', () => {
  it('is accepted by the parser and linter of Prometheus, idle and busy', async (test) => {
    if (requireProgram('promtool', test) === null) return;
    for (const totals of [new Totals(), busy()]) {
      const { status, said } = lint(await metricsText(source(totals)));
      assert.deepEqual([status, said], [0, '']);
    }
    assert.notEqual(lint('# TYPE x gauge\nx{ 1\n').status, 0, 'the linter must be able to say no');
  });

  it('carries every metric of the table once, with help, type and the labels it documents', async () => {
    const text = await metricsText(source(busy()));
    for (const { name, type, help, labels, samples } of METRICS) {
      assert.equal(text.split(`# TYPE ${name} ${type}\n`).length, 2, name);
      assert.ok(text.includes(`# HELP ${name} ${help}`), name);
      const used = new Set(samples(source(busy())).flatMap((sample) => Object.keys(sample.labels)));
      assert.deepEqual([...used].sort(), [...labels].sort(), name);
    }
  });

  it('shows what was counted, by reason, in seconds and bytes', async () => {
    const text = await metricsText(source(busy()));
    for (const line of [
      'oms_gateway_active_client_connections 1',
      'oms_gateway_connected_clients 1',
      'oms_gateway_errors_total 3',
      'oms_gateway_rejections_total{reason="sni-mismatch"} 1',
      'oms_gateway_rejections_total{reason="host-not-allowed"} 1',
      'oms_gateway_rejections_total{reason="tls-malformed"} 0',
      'oms_gateway_rejections_total{reason="sni-missing"} 0',
      'oms_gateway_would_refuse_total{reason="sni-missing"} 1',
      'oms_gateway_tls_rejections_total 1',
      'oms_gateway_failures_total{reason="connect-timeout"} 1',
      'oms_gateway_bytes_total{direction="up"} 100',
      'oms_gateway_bytes_total{direction="down"} 200',
      'oms_gateway_dial_seconds_count 1',
      'oms_gateway_dial_seconds_sum 0.012',
      'oms_gateway_open_descriptors{process="worker-1"} 30',
    ]) {
      assert.ok(text.includes(`\n${line}\n`), line);
    }
    const median = Number(/^oms_gateway_dial_seconds\{quantile="0.5"\} (\S+)$/m.exec(text)?.[1]);
    assert.ok(Math.abs(median - 0.012) < 0.0004, String(median));
  });
});

describe('what is shipped for Prometheus and Grafana', () => {
  const names = METRICS.map(({ name }) => name);
  const known = (text: string): string[] => {
    const used = [...text.matchAll(/\boms_gateway_\w+/g)].map(([name]) => name.replace(/_(?:sum|count)$/, ''));
    return [...new Set(used)].filter((name) => !names.includes(name));
  };

  it('alert rules are accepted by promtool and name only metrics there are', (test) => {
    const file = packageFile('config/prometheus/alerts.yml');
    assert.deepEqual(known(readFileSync(file, 'utf8')), []);
    if (requireProgram('promtool', test) === null) return;
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /10 rules found/);
  });

  it('every expression of the dashboard is valid and names only metrics there are', (test) => {
    const text = readFileSync(packageFile('config/grafana/oms-gateway.json'), 'utf8');
    assert.deepEqual(known(text), []);
    const { panels } = JSON.parse(text) as { panels: { title: string; targets: { expr: string }[] }[] };
    assert.ok(panels.length > 10);
    if (requireProgram('promtool', test) === null) return;
    const rules = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')));
    const file = join(directory, 'dashboard.yml');
    const groups = [{ name: 'x', rules: rules.map((expr, index) => ({ record: `r${index}`, expr })) }];
    writeFileSync(file, JSON.stringify({ groups }));
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
  });
});
