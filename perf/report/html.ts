import { SUMMARY_HEAD, detailsOf, latencyCells, summaryRows } from '../load/table.ts';
import type { GroupSummary, LoadReport, WorkloadResult } from '../load/result.ts';
import { latencyChart, payloadChart, rateChart } from './load-charts.ts';
import { escapeXml } from './svg.ts';
import { CHART_CSS, themeCss } from './theme.ts';

/** The report of a load test as one HTML file: no script, nothing loaded from elsewhere, light and dark. */

const PAGE_CSS = `
*{box-sizing:border-box}
body{margin:0;background:var(--surface);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1180px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:40px 0 0}
p{margin:2px 0;color:var(--quiet)}
.scroll{overflow-x:auto;margin:16px 0}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;min-width:100%}
th,td{padding:6px 14px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--grid)}
th{font-weight:600;color:var(--quiet)}
th:first-child,td:first-child{text-align:left;padding-left:0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:16px;margin:16px 0}
.charts svg{width:100%;height:auto;border:1px solid var(--grid);border-radius:8px}
ul{padding-left:20px}
`;

export function htmlReport(report: LoadReport): string {
  const { machine } = report;
  const facts = [
    `Through ${report.through} to ${report.asked.join(', ')}; ${report.handshake}; ${report.threads} client thread(s).`,
    `${report.date.slice(0, 19).replace('T', ' ')} UTC; ${machine.cpu}, ${machine.cpus} processors, ${machine.memoryGb} GB; ${machine.os}; Node ${machine.node}.`,
    'Latency of paced runs counts from the time at which an operation was due.',
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Load test: ${escapeXml(report.through)}</title>
<style>${themeCss(':root')}${CHART_CSS}${PAGE_CSS}</style>
</head>
<body><main>
<h1>Load test</h1>
${facts.map((fact) => `<p>${escapeXml(fact)}</p>`).join('\n')}
${table(SUMMARY_HEAD, report.results.flatMap(summaryRows))}
${report.results.map(section).join('\n')}
</main></body>
</html>
`;
}

function section(result: WorkloadResult): string {
  const charts = [latencyChart(result), rateChart(result), payloadChart(result)].filter((chart) => chart !== null);
  const details = detailsOf(result).map((line) => `<li>${escapeXml(line.slice(result.workload.length + 2))}</li>`);
  return `<section>
<h2>${escapeXml(result.workload)}</h2>
<p>${escapeXml(result.description)}</p>
<div class="charts">
${charts.join('\n')}
</div>
${details.length === 0 ? '' : `<ul>${details.join('')}</ul>`}
${phases(result.groups)}
</section>`;
}

/** Where the time goes: set-up of tunnels, and how late the load generator itself was. */
function phases(groups: readonly GroupSummary[]): string {
  const rows = groups.flatMap((group) => {
    const setUp = group.setUp.count > 0 ? [[`${group.name}: tunnel set-up`, ...latencyCells(group.setUp)]] : [];
    const lag = group.lag !== null ? [[`${group.name}: begun after it was due`, ...latencyCells(group.lag)]] : [];
    return [...setUp, ...lag];
  });
  return rows.length === 0 ? '' : table(['', 'p50', 'p90', 'p99', 'p99.9', 'max'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) => cells('td', row)).join('\n');
  return `<div class="scroll"><table><thead>${cells('th', head)}</thead><tbody>\n${body}\n</tbody></table></div>`;
}
