import { parentPort, workerData } from 'node:worker_threads';
import type { OriginOptions } from './server.ts';
import { startOriginServer } from './server.ts';

/** One thread of the origin. Tells its port, then answers every message with its counts. */

if (parentPort === null) throw new Error('perf/origin/thread.ts runs as a worker thread');
const port = parentPort;
const server = await startOriginServer(workerData as OriginOptions);
port.on('message', () => {
  port.postMessage({ counts: server.counts });
});
port.postMessage({ port: server.port });
