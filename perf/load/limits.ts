import type { Command } from 'commander';
import { bytes, integer, rate, seconds } from './numbers.ts';

/** Options that say how much and how long. All have a highest value: a load test must end by itself. */

const LONGEST_SECONDS = 3_600;
const MOST_CLIENTS = 100_000;

export function addLimits(command: Command): void {
  command
    .option('--seconds <s>', 'how long each workload is measured', seconds(0.1, LONGEST_SECONDS), 10)
    .option('--warmup <s>', 'how long it runs before that', seconds(0, 600), 1)
    .option('--drain <s>', 'how long what is under way at the end may take', seconds(0, 600), 5)
    .option('--connections <n>', 'clients of connect, echo, download, upload, idle', integer(1, MOST_CLIENTS))
    .option('--bytes <n>', 'payload of one operation, e.g. 512, 200k, 16m', bytes)
    .option('--rate <n>', 'operations per second over all clients (default: as fast as it goes)', rate)
    .option('--agents <n>', 'agents of agents and mixed (default: 600)', integer(1, MOST_CLIENTS))
    .option('--period <s>', 'seconds between the uploads of an agent', seconds(0.01, LONGEST_SECONDS), 6)
    .option('--long-lived', 'agents keep their tunnels')
    .option('--compress <n>', 'how many times faster time goes in mixed', integer(1, 3_600), 60);
}
