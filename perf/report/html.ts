import type { LoadReport } from '../load/result.ts';

export function htmlReport(report: LoadReport): string {
  return JSON.stringify(report);
}
