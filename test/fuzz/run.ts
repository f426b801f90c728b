import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { GROWTH_LIMIT, fuzz } from './fuzzer.ts';
import { TARGETS } from './targets.ts';

/** `npm run fuzz -- --seconds N`: parsers and whole sessions with mutated recordings. Exit code 1 when something was found. */

const USAGE = `npm run fuzz -- [--seconds N] [--seed S] [--run NUMBER] [--target NAME] [--list]
  --seconds  how long, 10 unless given
  --seed     a whole number; without it a new one, which is printed
  --run      only this run of the seed, as a finding names it
  --target   only this target, see --list
`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: `${randomInt(0x1_0000_0000)}` },
    run: { type: 'string' },
    target: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

// Growth can only be told from garbage after a collection.
setFlagsFromString('--expose-gc');
process.exitCode = main();

function main(): number {
  const numbers = [values.seconds, values.seed, values.run ?? '0'];
  const targets = TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
  if (values.help || numbers.some((text) => !/^\d+(?:\.\d+)?$/.test(text)) || targets.length === 0) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  for (const { name, invariant } of targets) process.stdout.write(`${name}: ${invariant}\n`);
  if (values.list) return 0;
  process.stdout.write(`seed ${values.seed}, ${values.seconds} s\n`);
  const only = values.run === undefined ? {} : { only: Number(values.run) };
  const options = { targets, seed: Number(values.seed), seconds: Number(values.seconds), ...only };
  const { runs, findings, grownBytes } = fuzz(options);
  for (const { target, number, message } of findings) {
    const again = `--seed ${values.seed}${values.target === undefined ? '' : ` --target ${target}`} --run ${number}`;
    process.stdout.write(`\nfinding in ${target}, again with ${again}\n${message}\n`);
  }
  const grown = grownBytes > GROWTH_LIMIT;
  if (grown) process.stdout.write(`\nfinding: the heap grew by ${Math.round(grownBytes / 1024 / 1024)} MB\n`);
  process.stdout.write(`\n${runs} runs, ${findings.length + (grown ? 1 : 0)} findings\n`);
  return findings.length > 0 || grown ? 1 : 0;
}
