import { tryEverything } from './self-check.ts';

/** The self-check as a process of its own: exit code 0, or 1 and the reason on standard output. */
const problem = tryEverything();
if (problem !== null) process.stdout.write(`${problem}\n`);
process.exitCode = problem === null ? 0 : 1;
