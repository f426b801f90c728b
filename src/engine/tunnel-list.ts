/** The live table of tunnels: what is asked of a loop, and what it answers. Plain data: crosses threads and processes. */

export interface TunnelQuery {
  /** Rows at most. */
  readonly limit: number;
  /** The largest come first. */
  readonly sort: 'age' | 'bytes' | 'rate';
  /** Only tunnels whose client or destination holds this text; "" for all. */
  readonly text: string;
}

export interface TunnelRow {
  readonly tunnel: string;
  readonly client: string;
  /** "" while the request is being read. */
  readonly destination: string;
  /** State of the session, "opaque" when bytes move by themselves, "closing". */
  readonly state: string;
  /** TLS version that was agreed, "" while it is not known. */
  readonly tls: string;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly upPerSecond: number;
  readonly downPerSecond: number;
  readonly ageMs: number;
}

export interface TunnelList {
  /** Tunnels that fit the query, shown or not. */
  readonly matched: number;
  readonly rows: readonly TunnelRow[];
}

/** Collects the `limit` first rows of however many come, without keeping the rest. */
export class TunnelListBuilder {
  readonly #query: TunnelQuery;
  readonly #rows: TunnelRow[] = [];
  #matched = 0;

  constructor(query: TunnelQuery) {
    this.#query = query;
  }

  add(row: TunnelRow): void {
    const { text, limit, sort } = this.#query;
    if (text !== '' && !row.client.includes(text) && !row.destination.includes(text)) return;
    this.#matched += 1;
    const last = this.#rows.at(-1);
    const full = this.#rows.length >= limit;
    if (limit === 0 || (full && last !== undefined && rank(last, sort) >= rank(row, sort))) return;
    if (full) this.#rows.pop();
    this.#rows.splice(this.#placeOf(row), 0, row);
  }

  get list(): TunnelList {
    return { matched: this.#matched, rows: this.#rows };
  }

  /** First place whose row ranks below this one (binary search). */
  #placeOf(row: TunnelRow): number {
    const mine = rank(row, this.#query.sort);
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#rows[middle];
      if (other !== undefined && rank(other, this.#query.sort) >= mine) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Puts the lists of several loops together. */
export function mergeTunnelLists(lists: readonly TunnelList[], query: TunnelQuery): TunnelList {
  const rows = lists.flatMap((list) => list.rows).sort((a, b) => rank(b, query.sort) - rank(a, query.sort));
  const matched = lists.reduce((sum, list) => sum + list.matched, 0);
  return { matched, rows: rows.slice(0, query.limit) };
}

function rank(row: TunnelRow, sort: TunnelQuery['sort']): number {
  switch (sort) {
    case 'age':
      return row.ageMs;
    case 'bytes':
      return row.bytesUp + row.bytesDown;
    case 'rate':
      return row.upPerSecond + row.downPerSecond;
  }
}
