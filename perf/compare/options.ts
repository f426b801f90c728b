import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { integer, seconds } from '../load/numbers.ts';
import type { MeasureKey } from './measures.ts';
import { MEASURE_KEYS } from './measures.ts';
import type { ComparisonSettings } from './result.ts';

/** What the command line of `npm run compare` says. */

export interface CompareOptions {
  readonly settings: ComparisonSettings;
  readonly measures: readonly MeasureKey[];
  /** Keys of peers; empty: all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly node: string;
  readonly jsonFile: string | null;
  readonly list: boolean;
}

export type ParsedCompareOptions =
  | { readonly ok: true; readonly options: CompareOptions }
  | { readonly ok: false; readonly text: string; readonly code: 0 | 2 };

interface RawOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly quick?: boolean;
  readonly measures: readonly MeasureKey[];
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly node: string;
  readonly cpu: number;
  readonly loadCpu: number;
  readonly host: string;
  readonly json?: string;
  readonly list?: boolean;
}

const WARMUP_SECONDS = 0.5;
const IDLE_TUNNELS = 4_000;
/** For trying things out; nothing that is to be believed. */
const QUICK = { rounds: 1, seconds: 0.5, warmupSeconds: 0.2, idleTunnels: 500 };

const NOTES = `
Every proxy is pinned to one processor, load generator and origin to another. They take turns in every measure of every
round; those that wait are stopped. All of them let one destination through and nothing else. Run it on a machine that
has nothing else to do.

Examples
  everything that is installed here
    npm run compare
  the gateway on another Node.js, beside Squid only, and the numbers as JSON
    npm run compare -- --node /opt/node26/bin/node --only gateway-portable,gateway-linux,squid --json result.json
  does it work at all?
    npm run compare -- --quick
`;

export function parseCompareOptions(args: readonly string[]): ParsedCompareOptions {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const command = compareCommand().configureOutput({ writeOut: write, writeErr: write });
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { ok: false, text, code: error.exitCode === 0 ? 0 : 2 };
    throw error;
  }
  const raw = command.opts<RawOptions>();
  if (raw.cpu === raw.loadCpu) {
    return {
      ok: false,
      code: 2,
      text: 'error: --cpu and --load-cpu must differ: the load must not take time from the proxy\n',
    };
  }
  return { ok: true, options: collect(raw) };
}

function compareCommand(): Command {
  return new Command('npm run compare --')
    .description('Measures the gateway beside other forward proxies on this machine.')
    .exitOverride()
    .showHelpAfterError('(--help tells what there is, with examples)')
    .option('--rounds <n>', 'how often everything is measured', integer(1, 100), 3)
    .option('--seconds <s>', 'how long each run is measured', seconds(0.2, 600), 2)
    .option('--quick', 'one short round: shows that it works, not how fast')
    .option('--measures <list>', `of ${MEASURE_KEYS.join(', ')}`, measures, MEASURE_KEYS)
    .option('--only <list>', 'keys of the programs to compare (--list shows them)', words, [])
    .option('--skip <list>', 'keys of the programs to leave out', words, [])
    .option('--node <path>', 'Node.js binary of the gateway', process.execPath)
    .option('--cpu <n>', 'processor of the proxies', integer(0, 1_023), 0)
    .option('--load-cpu <n>', 'processor of load generator and origin', integer(0, 1_023), 1)
    .option('--host <name>', 'name clients ask for; /etc/hosts must say 127.0.0.1', 'localhost')
    .option('--json <file>', 'write every run as JSON')
    .option('--list', 'print which programs can be compared')
    .addHelpText('after', NOTES);
}

function collect(raw: RawOptions): CompareOptions {
  const { rounds, seconds: each, cpu, loadCpu, host } = raw;
  const full = { rounds, seconds: each, warmupSeconds: WARMUP_SECONDS, idleTunnels: IDLE_TUNNELS };
  return {
    settings: { ...(raw.quick === true ? QUICK : full), proxyCpu: cpu, loadCpu, host },
    measures: raw.measures,
    only: raw.only,
    skip: raw.skip,
    node: raw.node,
    jsonFile: raw.json ?? null,
    list: raw.list === true,
  };
}

function words(text: string): readonly string[] {
  return text.split(',').filter((word) => word !== '');
}

function measures(text: string): readonly MeasureKey[] {
  const keys = words(text).filter((word): word is MeasureKey => (MEASURE_KEYS as readonly string[]).includes(word));
  if (keys.length === 0 || keys.length < words(text).length) {
    throw new InvalidArgumentError(`a list of ${MEASURE_KEYS.join(', ')} is expected.`);
  }
  return keys;
}
