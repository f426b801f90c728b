import { columns } from './columns.ts';
import type { LatencySummary } from './histogram.ts';
import type { LoadReport, WorkloadResult } from './result.ts';
import { count, duration, size, threeDigits } from './units.ts';

/** The results as a table for the terminal. */

/** The summary, for terminal and report alike. */
export const SUMMARY_HEAD = [
  ...['', 'done', 'per second', 'payload', 'p50', 'p90', 'p99', 'p99.9', 'max', 'failed', 'unfinished'],
] as const;

export function resultTable(report: LoadReport): string {
  const rows = report.results.flatMap(summaryRows);
  const parts = [
    `Through ${report.through} to ${report.asked.join(', ')}, ${report.handshake}`,
    '',
    columns([SUMMARY_HEAD, ...rows]),
  ];
  const details = report.results.flatMap(detailsOf);
  if (details.length > 0) parts.push('', ...details);
  return `${parts.join('\n')}\n`;
}

/** One row for each group; what cannot be told apart by group stands in the first. */
export function summaryRows(result: WorkloadResult): string[][] {
  const { counts, seconds, groups } = result;
  return groups.map((group, index) => {
    const isOnly = groups.length === 1;
    const done = isOnly ? counts.done : group.latency.count - group.unfinished;
    const isIdle = result.workload === 'idle';
    return [
      isOnly ? result.workload : `${result.workload}: ${group.name}`,
      count(done),
      isIdle ? '–' : threeDigits(done / seconds),
      index === 0 && counts.bytesUp + counts.bytesDown > 0
        ? `${size((counts.bytesUp + counts.bytesDown) / seconds)}/s`
        : '–',
      ...latencyCells(group.latency),
      index === 0 ? count(result.failures.reduce((sum, failure) => sum + failure.count, 0)) : '',
      count(group.unfinished),
    ];
  });
}

/** p50, p90, p99, p99.9 and the highest. */
export function latencyCells({ count: values, p50, p90, p99, p999, max }: LatencySummary): string[] {
  return values === 0 ? ['–', '–', '–', '–', '–'] : [p50, p90, p99, p999, max].map(duration);
}

/** What does not fit into the table: failures, cost of the proxy, a load generator at its limit. */
export function detailsOf(result: WorkloadResult): string[] {
  const lines = result.failures.map(
    ({ stage, cause, count: times }) => `${result.workload}: ${count(times)} × failed at ${stage}: ${cause}`,
  );
  const cost = costText(result);
  if (cost !== '') lines.push(`${result.workload}: ${cost}`);
  if (result.counts.late > 0) {
    lines.push(
      `${result.workload}: ${count(result.counts.late)} operations began more than 20 ms late: the load generator is at its limit`,
    );
  }
  return lines;
}

/** "proxy: 0.82 s CPU, 95.1 µs per tunnel, 0.35 s per GB", or an empty text. */
export function costText({ proxy, unit }: WorkloadResult): string {
  if (proxy === null) return '';
  const parts = [`${threeDigits(proxy.cpuSeconds)} s CPU`];
  if (proxy.cpuUsPerOperation !== null) parts.push(`${threeDigits(proxy.cpuUsPerOperation)} µs per ${unit}`);
  const isBulk = unit === 'download' || unit === 'upload';
  if (proxy.cpuSecondsPerGb !== null && isBulk) parts.push(`${threeDigits(proxy.cpuSecondsPerGb)} s per GB`);
  const { rssPerTunnel, pssPerTunnel, rssAfter } = proxy.memory;
  if (rssPerTunnel !== null) parts.push(`${threeDigits(rssPerTunnel / 1024)} KiB resident per tunnel`);
  if (pssPerTunnel !== null) parts.push(`${threeDigits(pssPerTunnel / 1024)} KiB proportional`);
  parts.push(`${size(rssAfter)} resident`);
  return `proxy: ${parts.join(', ')}`;
}
