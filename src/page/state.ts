/** What the page is told by the admin API, as far as it shows it; the full answers are in /openapi.json. */

export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
}

export interface StatusAnswer {
  readonly version: string;
  readonly pid: number;
  readonly state: 'starting' | 'running' | 'draining';
  readonly ready: boolean;
  readonly uptimeSeconds: number;
  readonly listen: string;
  readonly engine: string;
  readonly workers: readonly {
    readonly id: number;
    readonly pid: number;
    readonly ready: boolean;
    readonly residentBytes: number | null;
    readonly descriptors: number | null;
    readonly descriptorLimit: number | null;
    readonly stallSeconds: number;
  }[];
  readonly allowed: {
    readonly hosts: number;
    readonly ports: readonly number[];
    readonly sources: readonly {
      readonly origin: string;
      readonly hosts: number;
      readonly ageSeconds: number | null;
    }[];
  };
  readonly counters: {
    readonly activeClientConnections: number;
    readonly connectedClients: number;
    readonly errorCount: number;
    readonly rejectionCount: number;
  };
  readonly tunnels: { readonly open: number };
  readonly rejections: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly bytes: { readonly up: number; readonly down: number };
  readonly latency: Readonly<Record<'dial' | 'setUp' | 'nameResolution' | 'tunnelDuration', Quantiles | null>>;
  readonly droppedEvents: number;
}

export interface TunnelsAnswer {
  readonly matched: number;
  readonly rows: readonly {
    readonly client: string;
    readonly destination: string;
    readonly state: string;
    readonly tls: string;
    readonly bytesUp: number;
    readonly bytesDown: number;
    readonly upPerSecond: number;
    readonly downPerSecond: number;
    readonly ageMs: number;
  }[];
}

export interface HistoryAnswer {
  readonly points: readonly { readonly at: number; readonly upPerSecond: number; readonly downPerSecond: number }[];
}

export interface EventAnswer {
  readonly time: string;
  readonly level: string;
  readonly event: number;
  readonly msg: string;
  readonly tunnel?: string;
  readonly client?: string;
  readonly destination?: string;
  readonly rule?: string;
}
