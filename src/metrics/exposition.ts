import type { Metric as ClientMetric } from 'prom-client';
import { Registry } from 'prom-client';
import type { MetricsSource } from './table.ts';
import { METRICS } from './table.ts';

/** The metrics as Prometheus reads them: text format 0.0.4, written by prom-client. */

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** The metrics of now. */
export async function metricsText(source: MetricsSource): Promise<string> {
  const registry = new Registry();
  for (const { name, type, help, samples } of METRICS) {
    // prom-client asks a metric for its values when it is written; it need not have counted them.
    const metric = {
      name,
      help,
      type,
      get: () => ({
        name,
        help,
        type,
        values: samples(source).map(({ labels, value, suffix = '' }) => ({
          labels,
          value,
          metricName: `${name}${suffix}`,
        })),
      }),
    };
    registry.registerMetric(metric as unknown as ClientMetric);
  }
  return await registry.metrics();
}
