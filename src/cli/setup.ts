import { copyFileSync, chmodSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import type { Command } from 'commander';
import { targetOf } from '../config/atomic-write.ts';
import type { Tree } from '../config/file.ts';
import { readConfigFile } from '../config/file.ts';
import { check } from '../config/load.ts';
import { maskSecrets } from '../config/masking.ts';
import { readPasswordFiles } from '../config/password-file.ts';
import type { Config } from '../config/schema.ts';
import type { Change } from '../config/store.ts';
import { editConfig } from '../config/store.ts';
import { upgradeOf } from '../config/upgrade.ts';
import { reportFailure } from './edit.ts';
import { EXIT } from './exit-code.ts';
import type { Done } from './options.ts';
import { printLines, warnLines } from './options.ts';
import { Prompter } from './prompt.ts';
import type { Answers } from './setup/answers.ts';
import { answersOf, changesOf } from './setup/answers.ts';
import type { AskContext } from './setup/ask.ts';
import { Cancelled, askAll, askYesNo, next } from './setup/ask.ts';
import type { Parameters, SetupOptions } from './setup/parameters.ts';
import { readSetup } from './setup/parameters.ts';
import { reachRelay } from './setup/reach.ts';
import { proposedHost, testHost } from './setup/test-host.ts';
import { installService, refusalOn } from './service.ts';
import { thisMachine } from './service/machine.ts';
import { SYSTEM_FILE } from './sources.ts';
import { isFine, takeOver, takeOverLines } from './take-over.ts';
import { problemText, text } from './text.ts';

/** `oms-gateway setup`: what the reference's installer asks, in a terminal or as parameters. */
export function registerSetup(program: Command, done: Done): void {
  const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
  const command = program
    .command('setup [parameters...]')
    .description(text('help.setup'))
    .option('--config <file>', text('help.setup.config', { file: SYSTEM_FILE }))
    .option('-y, --yes', text('help.setup.yes'))
    .option('--port <port>', text('help.setup.port'))
    .option('--proxy <address>', text('help.setup.proxy'))
    .option('--username <name>', text('help.setup.username'))
    .option('--password-file <file>', text('help.setup.password-file'))
    .option('--workspace <id>', text('help.setup.workspace'), collect)
    .option('--preset <name>', text('help.setup.preset'), collect)
    .option('--cloud <cloud>', text('help.setup.cloud'))
    .option('--language <code>', text('help.setup.language'))
    .option('--test <host>', text('help.setup.test'))
    .option('--no-test', text('help.setup.no-test'))
    .option('--service', text('help.setup.service'))
    .option('--no-service', text('help.setup.no-service'));
  command.action(async (words: string[]) => {
    done(await setup(words, command.optsWithGlobals<SetupOptions>()));
  });
}

async function setup(words: readonly string[], options: SetupOptions): Promise<number> {
  const read = readSetup(words, options);
  if (!read.ok) {
    warnLines([read.message]);
    return EXIT.usage;
  }
  const { parameters } = read;
  warnLines(parameters.notes);
  if (!parameters.silent && !process.stdin.isTTY) {
    warnLines([text('setup.not-a-terminal')]);
    return EXIT.usage;
  }
  const { OMS_GATEWAY_CONFIG: variable = '' } = process.env;
  const path = options.config ?? (variable === '' ? SYSTEM_FILE : variable);
  const start = startOf(path);
  if (typeof start === 'number') return start;
  return parameters.silent ? await runSilent(start, parameters, options) : await runAsking(start, parameters, options);
}

/** What there is before the setup. */
interface Start {
  readonly path: string;
  readonly exists: boolean;
  /** The file as it is, and the upgrade it needs. */
  readonly tree: Tree;
  readonly upgrade: ReturnType<typeof upgradeOf>;
  /** The file as it will be read. */
  readonly config: Config;
}

/** A file that is wrong in other ways than by its age is for a person to repair. @returns the exit code then */
function startOf(path: string): Start | number {
  const exists = existsSync(path);
  const read = exists ? readConfigFile(path) : { ok: true as const, tree: {} };
  const upgrade = read.ok ? upgradeOf(read.tree) : { changes: [], moved: [] };
  const checked = read.ok ? check(changed(read.tree, upgrade.changes)) : read;
  if (read.ok && checked.ok && 'config' in checked) {
    return { path, exists, tree: read.tree, upgrade, config: checked.config };
  }
  const problems = checked.ok ? [] : checked.problems;
  warnLines([text('setup.broken'), ...problems.map(problemText)]);
  return EXIT.configuration;
}

/** A tree after changes of single keys. */
function changed(tree: Tree, changes: readonly Change[]): Tree {
  const copy = structuredClone(tree);
  for (const change of changes) {
    if (change.kind !== 'set') continue;
    let section: Record<string | number, unknown> = copy;
    for (const name of change.path.slice(0, -1)) {
      section[name] ??= {};
      section = section[name] as Record<string | number, unknown>;
    }
    const last = change.path.at(-1) ?? '';
    if (change.value === undefined) Reflect.deleteProperty(section, last);
    else section[last] = change.value;
  }
  return copy;
}

async function runSilent(start: Start, { answers }: Parameters, options: SetupOptions): Promise<number> {
  printLines(introduction(start, false));
  const wanted = { ...answersOf(start.config), ...answers } as Answers;
  const code = await write(start, wanted, options.service === true);
  // A test is asked for by name here: an installation may run before the network does.
  if (code !== EXIT.done || typeof options.test !== 'string') return code;
  const config = configOf(start, wanted);
  if (config === null) return code;
  const tested = await testHost(config, options.test);
  printLines([tested.line]);
  return tested.ok ? code : EXIT.failed;
}

async function runAsking(start: Start, { answers }: Parameters, options: SetupOptions): Promise<number> {
  const prompter = new Prompter(process.stdin, process.stdout);
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const context: AskContext = { prompter, say, isFree, reachRelay, config: start.config };
  try {
    [text('setup.welcome'), text('setup.how'), ...introduction(start, true)].forEach(say);
    const wanted = await askAll(context, { ...answersOf(start.config), ...answers } as Answers);
    const config = configOf(start, wanted);
    if (config !== null && options.test !== false) await askTest(context, config, options);
    say(text('setup.summary'));
    say(JSON.stringify(maskSecrets(after(start, wanted)), null, 2));
    const asService = await askService(context, options.service);
    if (!(await askYesNo(context, text('setup.write', { file: start.path }), true))) throw new Cancelled();
    prompter.close();
    return await write(start, wanted, asService);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    prompter.close();
    warnLines([text('setup.cancelled')]);
    return EXIT.failed;
  }
}

/** @param asks whether questions follow, with the values of the file in brackets */
function introduction({ path, exists, upgrade }: Start, asks: boolean): string[] {
  const known = exists && asks ? [text('setup.exists')] : [];
  return [text('setup.file', { file: path }), ...known, ...upgrade.moved.map((move) => text('setup.upgrade', move))];
}

/** The changes of the upgrade and of the answers, and the tree they make. */
function after(start: Start, answers: Answers): Tree {
  const tree = changed(start.tree, start.upgrade.changes);
  return changed(tree, changesOf(tree, answers));
}

/** The configuration that the answers make, with passwords read; null when something is wrong with it. */
function configOf(start: Start, answers: Answers): Config | null {
  const loaded = readPasswordFiles(check(after(start, answers)));
  return loaded.ok ? loaded.config : null;
}

async function write(start: Start, answers: Answers, asService: boolean): Promise<number> {
  const { path, exists, upgrade } = start;
  try {
    makeDirectory(dirname(path));
  } catch {
    // The edit tells why nothing can be written there.
  }
  const kept = exists && upgrade.moved.length > 0 ? keep(targetOf(path)) : null;
  const edited = await editConfig(
    path,
    (tree) => {
      const { changes } = upgradeOf(tree);
      return [...changes, ...changesOf(changed(tree, changes), answers)];
    },
    { create: true },
  );
  if (!edited.ok) return reportFailure(path, edited, false);
  printLines([text(edited.changed ? 'setup.written' : 'setup.as-is', { file: path })]);
  if (kept !== null) printLines([text('setup.kept', { file: kept })]);
  if (asService) return installService({ config: path });
  const taken = await takeOver(path);
  if (taken.state === 'none' || taken.state === 'off') printLines([text('setup.next', { file: path })]);
  else if (isFine(taken)) printLines(takeOverLines(taken));
  else warnLines(takeOverLines(taken));
  return isFine(taken) ? EXIT.done : EXIT.failed;
}

/** A copy beside the file under the first name that is free; for its owner alone, because it may hold secrets. */
function keep(file: string): string | null {
  const names = ['.old', ...Array.from({ length: 99 }, (_, index) => `.old.${index + 1}`)];
  const free = names.map((name) => file + name).find((name) => !existsSync(name));
  if (free === undefined) return null;
  try {
    copyFileSync(file, free);
    chmodSync(free, 0o600);
    return free;
  } catch {
    return null;
  }
}

/** Asked where a service can be installed; elsewhere `oms-gateway start` is the way, as is said at the end. */
async function askService(context: AskContext, named: boolean | undefined): Promise<boolean> {
  if (named !== undefined) return named;
  if (refusalOn(thisMachine(''), false) !== null) return false;
  return await askYesNo(context, text('setup.service'), true);
}

async function askTest(context: AskContext, config: Config, { test: named }: SetupOptions): Promise<void> {
  const proposed = typeof named === 'string' ? named : proposedHost(config);
  if (proposed === null) return;
  const answer = await next(context, text('setup.test', { current: proposed }));
  if (answer === '-') return;
  context.say((await testHost(config, answer === '' ? proposed : answer)).line);
}

/** True when nobody listens on the port at the moment. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
