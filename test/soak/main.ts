import { parseArgs } from 'node:util';
import type { SoakResult } from './soak.ts';
import { soak } from './soak.ts';

/** `npm run soak -- --help` tells how it is used. Exit code 0 when nothing was wrong. */

const USAGE = `usage: npm run soak -- [--seconds N] [--engine linux|portable] [--clients N] [--faults SECONDS]

A gateway with two workers under mixed load: transfers whose every byte is compared at both ends, stalls, half-closes,
resets, refusals, garbage. Afterwards no socket, no memory and no tunnel may be left.
  --seconds  how long (600)
  --engine   which engine (linux)
  --clients  clients at a time (200)
  --faults   every so many seconds, in turn: a worker is killed, the configuration is reloaded, a worker is stopped
             (SIGSTOP), the workers are replaced; none without it. Tunnels may be cut then; bytes may not be wrong.
`;

const { values } = readArguments();
if (values.help === true) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const { engine } = values;
const [seconds, clients] = [Number(values.seconds), Number(values.clients)];
const faultEvery = values.faults === undefined ? undefined : Number(values.faults);
if ((engine !== 'linux' && engine !== 'portable') || !(seconds > 0) || !(clients >= 1) || !((faultEvery ?? 1) > 0)) {
  refuse('--engine is linux or portable, and the others are numbers above 0');
}
const progress = (line: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
};
const result = await soak({ engine, seconds, clients, progress, ...(faultEvery === undefined ? {} : { faultEvery }) });
process.stdout.write(summary(result));
process.exitCode = result.failures.length === 0 ? 0 : 1;

function readArguments() {
  const number = { type: 'string' } as const;
  const options = {
    seconds: { ...number, default: '600' },
    engine: { ...number, default: 'linux' },
    clients: { ...number, default: '200' },
    faults: number,
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ options });
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n${USAGE}`);
  process.exit(2);
}

function summary(it: SoakResult): string {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const lines = [
    `engine ${it.engine}, ${it.seconds} s, Node ${process.version}`,
    ...Object.entries(it.played).map(([name, count]) => `  ${String(count).padStart(7)} ${name}`),
    ...Object.entries(it.faults).map(([name, count]) => `  ${String(count).padStart(7)} times: ${name}`),
    `disturbed ${it.disturbed} scenarios by faults, ${it.cut} verified tunnels died with their worker`,
    `compared  ${megabytes(it.comparedBytes)}, tunnels verified ${it.verified}, closed ${it.closed}; resets that looked like ends ${it.earlyEnds}`,
    `sockets   ${it.socketsBefore} before, ${it.socketsAfter} after`,
    `primary   ${it.primaryBefore} descriptors before, ${it.primaryAfter} after`,
    `resident  ${megabytes(it.residentEarly)} in the second part, ${megabytes(it.residentLate)} in the last`,
    it.failures.length === 0 ? 'passed' : `FAILED\n  ${it.failures.join('\n  ')}`,
  ];
  return `${lines.join('\n')}\n`;
}
