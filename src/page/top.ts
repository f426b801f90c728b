/** Who moves most, from the rows of /tunnels. */

export interface Row {
  readonly client: string;
  readonly destination: string;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly upPerSecond: number;
  readonly downPerSecond: number;
}

export interface Top {
  readonly name: string;
  readonly tunnels: number;
  readonly bytes: number;
  readonly perSecond: number;
}

/** The clients (addresses without port) or destinations that move most now, then most in all. */
export function topOf(rows: readonly Row[], by: 'client' | 'destination', limit: number): Top[] {
  const sums = new Map<string, { tunnels: number; bytes: number; perSecond: number }>();
  for (const row of rows) {
    const name = by === 'client' ? withoutPort(row.client) : row.destination;
    if (name === '') continue;
    const sum = sums.get(name) ?? { tunnels: 0, bytes: 0, perSecond: 0 };
    sum.tunnels += 1;
    sum.bytes += row.bytesUp + row.bytesDown;
    sum.perSecond += row.upPerSecond + row.downPerSecond;
    sums.set(name, sum);
  }
  return [...sums]
    .map(([name, sum]) => ({ name, ...sum }))
    .sort((a, b) => b.perSecond - a.perSecond || b.bytes - a.bytes)
    .slice(0, limit);
}

/** "10.0.0.7" of "10.0.0.7:50368", "fd00::7" of "[fd00::7]:50368". */
export function withoutPort(client: string): string {
  return client.slice(0, client.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}
