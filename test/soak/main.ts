import { parseArgs } from 'node:util';
import type { SoakResult } from './soak.ts';
import { soak } from './soak.ts';

/** `npm run soak -- [--seconds N] [--engine linux|portable] [--clients N]`: exit code 0 when nothing was wrong. */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    engine: { type: 'string', default: 'linux' },
    clients: { type: 'string', default: '200' },
  },
});
const { engine } = values;
const [seconds, clients] = [Number(values.seconds), Number(values.clients)];
if ((engine !== 'linux' && engine !== 'portable') || !(seconds > 0) || !(clients >= 1)) {
  process.stderr.write('usage: npm run soak -- [--seconds N] [--engine linux|portable] [--clients N]\n');
  process.exit(2);
}
const progress = (line: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
};
const result = await soak({ engine, seconds, clients, progress });
process.stdout.write(summary(result));
process.exitCode = result.failures.length === 0 ? 0 : 1;

function summary(it: SoakResult): string {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const lines = [
    `engine ${it.engine}, ${it.seconds} s, Node ${process.version}`,
    ...Object.entries(it.played).map(([name, count]) => `  ${String(count).padStart(7)} ${name}`),
    `compared  ${megabytes(it.comparedBytes)}, tunnels verified ${it.verified}, closed ${it.closed}; resets that looked like ends ${it.earlyEnds}`,
    `sockets   ${it.socketsBefore} before, ${it.socketsAfter} after`,
    `resident  ${megabytes(it.residentEarly)} in the second part, ${megabytes(it.residentLate)} in the last`,
    it.failures.length === 0 ? 'passed' : `FAILED\n  ${it.failures.join('\n  ')}`,
  ];
  return `${lines.join('\n')}\n`;
}
