import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CLIENT_FAULTS } from './clients.ts';
import type { Engine, Fault } from './fault.ts';
import { PROCESS_FAULTS } from './processes.ts';
import { SUPERVISION_FAULTS } from './supervision.ts';
import { canUnshare } from '../support/namespace.ts';

/**
 * `npm run test:faults`: every bad day on both engines, a line each, and `N passed, N failed, N skipped` at the end.
 * Arguments: `--short` for fewer clients, `--engine NAME`, and parts of the names of faults.
 */

const LIMIT_MS = 600_000;
const BALANCER = 'two gateways behind a load balancer';

const words = process.argv.slice(2);
const isShort = words.includes('--short');
const engines: readonly Engine[] = words.includes('linux')
  ? ['linux']
  : words.includes('portable')
    ? ['portable']
    : ['linux', 'portable'];
const wanted = words.filter((word) => !word.startsWith('--') && word !== 'linux' && word !== 'portable');
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((word) => name.includes(word));

const counts = { passed: 0, failed: 0 };
setTimeout(() => {
  process.stdout.write(`\nnot done within ${LIMIT_MS / 1000} s\n`);
  process.exit(1);
}, LIMIT_MS).unref();

// Most of a bad day is waiting: both engines have theirs at the same time, but for the one that fills the machine.
await Promise.all(engines.map(playAll));
for (const engine of engines) if (isWanted(BALANCER)) balance(engine);
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, 0 skipped\n`);
process.exit(counts.failed === 0 ? 0 : 1);

async function playAll(engine: Engine): Promise<void> {
  for (const fault of [...CLIENT_FAULTS, ...PROCESS_FAULTS, ...SUPERVISION_FAULTS]) {
    if (isWanted(fault.name) && fault.engines?.includes(engine) !== false) await report(fault, engine);
  }
}

async function report(fault: Fault, engine: Engine): Promise<void> {
  const { name } = fault;
  const startedMs = performance.now();
  try {
    const seen = await fault.run(engine, { clients: isShort ? 40 : 200 });
    counts.passed += 1;
    print('ok  ', engine, name, `${seen} (${Math.round((performance.now() - startedMs) / 1000)} s)`);
  } catch (error) {
    counts.failed += 1;
    print('FAIL', engine, name, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/** In a network of its own, where packets can be dropped; without one the cut is a stopped process, and said so. */
function balance(engine: Engine): void {
  const main = fileURLToPath(new URL('./balancer-main.js', import.meta.url));
  const command = [process.execPath, main, engine, ...(isShort ? ['--short'] : [])];
  const [program = '', ...args] = canUnshare() ? ['unshare', '-rn', ...command] : command;
  const { status } = spawnSync(program, args, { stdio: 'inherit', timeout: LIMIT_MS / 2, killSignal: 'SIGTERM' });
  counts[status === 0 ? 'passed' : 'failed'] += 1;
  print(status === 0 ? 'ok  ' : 'FAIL', engine, BALANCER, 'see above');
}

function print(verdict: string, engine: Engine, name: string, text: string): void {
  process.stdout.write(`${verdict} ${engine.padEnd(8)} ${name}: ${text}\n`);
}
