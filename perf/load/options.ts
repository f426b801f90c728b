import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Authority } from '../../src/address/authority.ts';
import { parseAuthority } from '../../src/address/authority.ts';
import type { HelloSize } from '../wire/handshake.ts';
import { EXAMPLES } from './examples.ts';
import { addLimits } from './limits.ts';
import { integer } from './numbers.ts';
import type { WorkloadName, WorkloadSettings } from './workloads/workload.ts';
import { WORKLOAD_NAMES } from './workloads/workload.ts';

/** What the command line of `npm run load` says. */

export interface LoadOptions {
  readonly workloads: readonly WorkloadName[];
  readonly through: Through;
  /** What clients ask the proxy for; null: the own origin under the name localhost. */
  readonly target: Authority | null;
  /** Where the own origin listens; null: it runs elsewhere. */
  readonly origin: Place | null;
  readonly originThreads: number;
  readonly threads: number;
  readonly settings: WorkloadSettings;
  readonly warmupSeconds: number;
  readonly drainSeconds: number;
  readonly handshake: 'canned' | 'real';
  readonly hello: HelloSize;
  /** The name in the ClientHello; null: the host of the target. */
  readonly serverName: string | null;
  /** PEM of the origin's certificate, for real TLS to an origin that runs elsewhere. */
  readonly trusted: string | null;
  /** "user:password" for the proxy, or null. */
  readonly credentials: string | null;
  readonly compare: boolean;
  /** The proxy's first process, to measure its processor time and memory. */
  readonly pid: number | null;
  readonly jsonFile: string | null;
  readonly htmlFile: string | null;
  readonly allowRemote: boolean;
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** `direct`: without a proxy, what the load generator and the origin can do by themselves. */
export type Through =
  | { readonly kind: 'proxy'; readonly host: string; readonly port: number }
  | { readonly kind: 'gateway'; readonly engine: string; readonly node: string }
  | { readonly kind: 'direct' };

export type ParsedOptions =
  | { readonly ok: true; readonly options: LoadOptions }
  /** `text` is the help that was asked for (`code` 0), or what is wrong (`code` 2). */
  | { readonly ok: false; readonly text: string; readonly code: 0 | 2 };

export const CREDENTIALS_VARIABLE = 'OMS_GATEWAY_LOAD_CREDENTIALS';

const DEFAULT_WORKLOADS: readonly WorkloadName[] = ['connect', 'echo', 'download', 'upload'];

/** @param args the words behind the program's name */
export function parseLoadOptions(args: readonly string[], environment: NodeJS.ProcessEnv): ParsedOptions {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const command = loadCommand().configureOutput({ writeOut: write, writeErr: write });
  try {
    command.parse([...args], { from: 'user' });
    return { ok: true, options: collect(command, environment) };
  } catch (error) {
    if (error instanceof CommanderError) return { ok: false, text, code: error.exitCode === 0 ? 0 : 2 };
    if (error instanceof UsageError) return { ok: false, text: `error: ${error.message}\n`, code: 2 };
    throw error;
  }
}

/** A combination of options that makes no sense. */
class UsageError extends Error {}

interface RawOptions {
  readonly proxy?: Authority;
  readonly gateway?: boolean;
  readonly direct?: boolean;
  readonly engine: string;
  readonly node: string;
  readonly target?: Authority;
  readonly origin: Place | 'none';
  readonly originThreads: number;
  readonly threads: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly drain: number;
  readonly connections?: number;
  readonly bytes?: number;
  readonly rate?: number;
  readonly agents?: number;
  readonly period: number;
  readonly longLived?: boolean;
  readonly compress: number;
  readonly tls: 'canned' | 'real';
  readonly hello: HelloSize;
  readonly sni?: string;
  readonly ca?: string;
  readonly credentialsFile?: string;
  readonly check: 'count' | 'bytes';
  readonly pid?: number;
  readonly json?: string;
  readonly html?: string;
  readonly allowRemote?: boolean;
}

function loadCommand(): Command {
  const command = new Command('npm run load --')
    .description('Puts a CONNECT proxy under load and says how it did: rates, latencies, failures by stage and cause.')
    .argument('[workload...]', `what to do, one after the other: ${WORKLOAD_NAMES.join(', ')}`)
    .exitOverride()
    .showHelpAfterError('(--help tells what there is, with examples)')
    .addHelpText('after', EXAMPLES);
  addThrough(command);
  addLimits(command);
  return command
    .addOption(new Option('--tls <kind>', 'handshake in the tunnel').choices(['canned', 'real']).default('canned'))
    .addOption(
      new Option('--hello <size>', 'canned ClientHello: 200 bytes or 1.6 KB')
        .choices(['small', 'large'])
        .default('small'),
    )
    .option('--sni <name>', 'server name in the ClientHello (default: host of the target)')
    .option('--ca <file>', 'certificate to trust, for --tls real to an origin that runs elsewhere')
    .option('--credentials-file <file>', `user:password for the proxy; or in the environment, ${CREDENTIALS_VARIABLE}`)
    .addOption(new Option('--check <what>', 'of transfers').choices(['count', 'bytes']).default('count'))
    .option('--pid <pid>', 'first process of the proxy: measures its processor time and memory', integer(1, 2 ** 31))
    .option('--json <file>', 'write all results as JSON')
    .option('--html <file>', 'write a report with charts')
    .option('--allow-remote', 'allow a proxy, origin or target that is not on this machine');
}

function addThrough(command: Command): void {
  command
    .option('--proxy <host:port>', 'the proxy to test', authority)
    .option('--gateway', 'start an OMS Gateway for the test and stop it afterwards')
    .option('--direct', 'no proxy: what load generator and origin can do by themselves')
    .option('--engine <name>', 'engine of --gateway', 'auto')
    .option('--node <path>', 'Node.js binary of --gateway', process.execPath)
    .option('--target <host:port>', 'what clients ask for (default: localhost and the port of the origin)', authority)
    .addOption(
      new Option('--origin <address:port>', 'where the own origin listens; "none": it runs elsewhere')
        .argParser(origin)
        .default(OWN_ORIGIN, '127.0.0.1 and any free port'),
    )
    .option('--origin-threads <n>', 'threads of the own origin, each with a port of its own', integer(1, 64), 1)
    .option('--threads <n>', 'client threads', integer(1, 64), Math.max(1, availableParallelism() - 1));
}

/** Port 0: any free one. */
const OWN_ORIGIN: Place = { host: '127.0.0.1', port: 0 };

function collect(command: Command, environment: NodeJS.ProcessEnv): LoadOptions {
  const raw = command.opts<RawOptions>();
  const target = raw.target ?? null;
  const own = raw.origin === 'none' ? null : raw.origin;
  if (own === null && target === null)
    throw new UsageError('--origin none needs --target: there is nothing to ask for');
  const text = raw.credentialsFile === undefined ? environment[CREDENTIALS_VARIABLE] : readFile(raw.credentialsFile);
  return {
    workloads: workloadNames(command.args),
    through: throughOf(raw),
    target,
    origin: own,
    originThreads: raw.originThreads,
    threads: raw.threads,
    settings: {
      connections: raw.connections ?? null,
      bytes: raw.bytes ?? null,
      rate: raw.rate ?? null,
      agents: raw.agents ?? null,
      periodSeconds: raw.period,
      longLived: raw.longLived === true,
      compress: raw.compress,
      seconds: raw.seconds,
    },
    warmupSeconds: raw.warmup,
    drainSeconds: raw.drain,
    handshake: raw.tls,
    hello: raw.hello,
    serverName: raw.sni ?? null,
    trusted: raw.ca === undefined ? null : readFile(raw.ca),
    credentials: text === undefined ? null : credentials(text),
    compare: raw.check === 'bytes',
    pid: raw.pid ?? null,
    jsonFile: raw.json ?? null,
    htmlFile: raw.html ?? null,
    allowRemote: raw.allowRemote === true,
  };
}

function throughOf({ proxy, gateway, direct, engine, node }: RawOptions): Through {
  const given = [proxy !== undefined, gateway === true, direct === true].filter((each) => each).length;
  if (given !== 1) throw new UsageError('say one of --proxy HOST:PORT, --gateway and --direct (--help has examples)');
  if (proxy !== undefined) return { kind: 'proxy', host: proxy.host.text, port: proxy.port };
  return gateway === true ? { kind: 'gateway', engine, node } : { kind: 'direct' };
}

function workloadNames(words: readonly string[]): readonly WorkloadName[] {
  const names = words.flatMap((word) => word.split(',')).filter((word) => word !== '');
  const wrong = names.find((name) => !isWorkload(name));
  if (wrong !== undefined)
    throw new UsageError(`there is no workload "${wrong}"; there are: ${WORKLOAD_NAMES.join(', ')}`);
  return names.length === 0 ? DEFAULT_WORKLOADS : names.filter(isWorkload);
}

function isWorkload(name: string): name is WorkloadName {
  return (WORKLOAD_NAMES as readonly string[]).includes(name);
}

function authority(text: string): Authority {
  const parsed = parseAuthority(text.replace(/^http:\/\//, '').replace(/\/$/, ''));
  if (!parsed.ok) throw new InvalidArgumentError(`${parsed.detail}.`);
  return parsed.authority;
}

/** Not null for "none": to commander null means that no value was given. */
function origin(text: string): Place | 'none' {
  if (text === 'none') return text;
  const { host, port } = authority(text);
  return { host: host.text, port };
}

function credentials(text: string): string {
  const line = text.replace(/\r?\n$/, '');
  if (!line.includes(':') || /[\r\n]/.test(line))
    throw new UsageError('the credentials are not one line user:password');
  return line;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}
