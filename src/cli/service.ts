import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { packageFile } from '../config/package-file.ts';
import { EXIT } from './exit-code.ts';
import type { Done } from './options.ts';
import { printJson, printLines, warnLines } from './options.ts';
import type { Machine } from './service/machine.ts';
import { onMachine, thisMachine } from './service/machine.ts';
import type { Plan } from './service/plan.ts';
import { planInstall, planUninstall } from './service/plan.ts';
import { serviceStatus, statusLines } from './service/status.ts';
import { foretell, perform } from './service/steps.ts';
import type { Installation } from './service/units.ts';
import { SYSTEM_FILE } from './sources.ts';
import { problemText, text } from './text.ts';

/** `oms-gateway service install|uninstall|status`: the gateway as a service of systemd. */
export function registerService(program: Command, done: Done): void {
  const group = program.command('service').description(text('help.service'));
  const install = group.command('install').description(text('help.service.install'));
  addOptions(install)
    .option('--config <file>', text('help.service.config', { file: SYSTEM_FILE }))
    .option('--node <file>', text('help.service.node'))
    .action(() => {
      done(installService(install.opts()));
    });
  const uninstall = group.command('uninstall').description(text('help.service.uninstall'));
  addOptions(uninstall).action(() => {
    done(uninstallService(uninstall.opts()));
  });
  const status = group.command('status').description(text('help.service.status'));
  status
    .option('--root <directory>', text('help.service.root'))
    .option('--json', text('help.option.json'))
    .action(() => {
      done(showStatus(status.opts()));
    });
}

function addOptions(command: Command): Command {
  return command
    .option('--dry-run', text('help.service.dry-run'))
    .option('--no-firewall', text('help.service.no-firewall'))
    .option('--root <directory>', text('help.service.root'));
}

export interface ServiceOptions {
  readonly config?: string;
  readonly node?: string;
  readonly root?: string;
  readonly dryRun?: boolean;
  readonly firewall?: boolean;
}

/** Folders that the service does not see (ProtectHome= of its unit). */
const HIDDEN = /^\/(?:home|root|run\/user)\//;

/** @returns the exit code */
export function installService(options: ServiceOptions, machine = machineOf(options)): number {
  const refusal = refusalOn(machine, options.dryRun === true);
  if (refusal !== null) return fail(refusal);
  const installation = installationOf(options, machine);
  if (typeof installation === 'number') return installation;
  const { node, directory, configuration, listen } = installation;
  const hidden = [node, directory, configuration].find((path) => HIDDEN.test(path));
  if (hidden !== undefined) return fail(text('service.hidden', { file: hidden }));
  const plan = planInstall(machine, installation, machine.root === '' && options.firewall !== false);
  const code = carryOut(plan, machine, options.dryRun === true);
  if (plan.firewall === 'foreign') warnLines([text('service.firewall-foreign', { port: listen.port })]);
  if (plan.firewall === 'nftables') printLines([text('service.firewall-nftables', { port: listen.port })]);
  if (plan.firewall === 'none') printLines([text('service.firewall-none')]);
  if (code === EXIT.done && options.dryRun !== true) printLines([text('service.installed')]);
  return code;
}

/** @returns the exit code */
function uninstallService(options: ServiceOptions): number {
  const machine = machineOf(options);
  const refusal = refusalOn(machine, options.dryRun === true);
  if (refusal !== null) return fail(refusal);
  const plan = planUninstall(machine, machine.root === '' && options.firewall !== false);
  if (plan === null) {
    printLines([text('service.not-installed')]);
    return EXIT.done;
  }
  const code = carryOut(plan, machine, options.dryRun === true);
  if (code === EXIT.done && options.dryRun !== true) printLines([text('service.uninstalled')]);
  return code;
}

/** @returns the exit code: 0 when it is installed, and active where systemd runs */
function showStatus(options: ServiceOptions & { readonly json?: boolean }): number {
  const machine = machineOf(options);
  if (machine.platform !== 'linux') return fail(text('service.no-systemd'));
  const status = serviceStatus(machine);
  if (options.json === true) printJson(status);
  else printLines(statusLines(status));
  return status.installed && status.active !== false ? EXIT.done : EXIT.failed;
}

function carryOut({ steps }: Plan, machine: Machine, isDry: boolean): number {
  if (isDry) {
    printLines([...steps.map(foretell), text('service.dry-run')]);
    return EXIT.done;
  }
  for (const step of steps) {
    const { ok, line } = perform(machine, step);
    if (!ok) {
      warnLines([line, text('service.stopped')]);
      return EXIT.failed;
    }
    printLines([line]);
  }
  return EXIT.done;
}

/** Why nothing can be done here, or null. */
export function refusalOn({ platform, root, isBooted, uid }: Machine, isDry: boolean): string | null {
  if (platform !== 'linux') return text(platform === 'win32' ? 'service.windows' : 'service.no-systemd');
  if (root === '' && !isBooted) return text('service.no-systemd');
  return uid === 0 || isDry ? null : text('service.needs-root');
}

/** What is installed where; the exit code when the configuration is missing or wrong. */
function installationOf(options: ServiceOptions, machine: Machine): Installation | number {
  const { OMS_GATEWAY_CONFIG: variable = '' } = process.env;
  const configuration = resolve(options.config ?? (variable === '' || machine.root !== '' ? SYSTEM_FILE : variable));
  const file = onMachine(machine, configuration);
  if (!existsSync(file)) return fail(text('service.no-configuration', { file: configuration }), EXIT.configuration);
  // As the service will read it: nothing of this shell's environment reaches it.
  const loaded = loadConfig({ file, environment: {}, flags: {} });
  if (!loaded.ok) {
    warnLines(loaded.problems.map(problemText));
    return EXIT.configuration;
  }
  const directory = resolve(packageFile('.'));
  return { node: options.node ?? process.execPath, directory, configuration, listen: loaded.config.listen };
}

function machineOf({ root }: ServiceOptions): Machine {
  return thisMachine(root === undefined ? '' : resolve(root));
}

function fail(line: string, code: number = EXIT.failed): number {
  warnLines([line]);
  return code;
}
