import { METRICS } from '../../src/metrics/table.ts';

/** docs/metrics.md, generated from the table; a test fails when the page is stale. */
export function metricsPage(): string {
  const rows = METRICS.map(({ name, type, labels, help }) => {
    const named = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${named} | ${help} |`;
  });
  return `# Metrics

\`GET /metrics\` of the admin API, in the text format of Prometheus. Counters begin at zero when the gateway starts and never go
back, whatever happens to workers: what a worker has counted stays, what was open in one that died is counted as ended with
\`ending="worker-lost"\`. Counts travel with the event lines they count, so both agree.

\`config/prometheus/alerts.yml\` has alert rules, \`config/grafana/oms-gateway.json\` a dashboard. A scrape configuration:

    scrape_configs:
      - job_name: oms-gateway
        static_configs: [{ targets: ['127.0.0.1:8081'] }]
        # with admin.token:
        # authorization: { credentials_file: /etc/prometheus/oms-gateway.token }

The counters of the reference are \`oms_gateway_active_client_connections\` (Active Client Connection),
\`oms_gateway_connected_clients\` (Connected Client), \`oms_gateway_errors_total\` (Error Count) and
\`oms_gateway_tls_rejections_total\` (Rejection Count).

This page is generated: \`npm run generate\`.

| name | type | labels | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
