import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { OriginCounts, OriginOptions } from './server.ts';

/** The origin in threads of its own, so that it takes no time from whoever measures. Each thread has its own port. */

export interface Origin {
  readonly host: string;
  readonly ports: readonly number[];
  /** The sum over all threads. */
  counts(): Promise<OriginCounts>;
  close(): Promise<void>;
}

export interface OriginThreadsOptions extends OriginOptions {
  /** The first thread listens on `port`, the next on the ports behind it; all on free ones when it is 0. */
  readonly threads: number;
}

/** @throws when a thread cannot listen */
export async function startOrigin({ threads, ...options }: OriginThreadsOptions): Promise<Origin> {
  const workers: Worker[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  const ports: number[] = [];
  try {
    for (let index = 0; index < threads; index += 1) {
      const port = options.port === 0 ? 0 : options.port + index;
      const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: { ...options, port } });
      workers.push(worker);
      // `once` rejects when the thread fails before it says its port.
      const [message] = (await once(worker, 'message')) as [{ port: number }];
      ports.push(message.port);
      worker.unref();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { host: options.host, ports, counts: () => sumCounts(workers), close };
}

async function sumCounts(workers: readonly Worker[]): Promise<OriginCounts> {
  const sum: OriginCounts = { connections: 0, bytesIn: 0, nonsense: 0 };
  for (const worker of workers) {
    worker.postMessage('counts');
    const [{ counts }] = (await once(worker, 'message')) as [{ counts: OriginCounts }];
    sum.connections += counts.connections;
    sum.bytesIn += counts.bytesIn;
    sum.nonsense += counts.nonsense;
  }
  return sum;
}
