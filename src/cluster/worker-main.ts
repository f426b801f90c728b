import './early-optimization.ts';
import { startWorker } from './worker.ts';

/** Entry point of a worker process. */
startWorker();
