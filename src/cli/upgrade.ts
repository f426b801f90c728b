import { resolve } from 'node:path';
import type { Command } from 'commander';
import { packageFile } from '../config/package-file.ts';
import { askAdmin } from './admin-client.ts';
import type { EditOptions } from './edit.ts';
import { EXIT } from './exit-code.ts';
import type { Done } from './options.ts';
import { addViewOptions, printJson, printLines, warnLines } from './options.ts';
import { runningEndpoint } from './running-gateway.ts';
import { configFile, loadFile } from './sources.ts';
import { problemText, text } from './text.ts';

/** A successor gets 30 seconds to start; whoever asks waits a little longer. */
const WAIT_MS = 40_000;

interface UpgradeBody {
  readonly ok?: boolean;
  readonly version?: string;
  readonly pid?: number;
  readonly why?: string;
}

/** `oms-gateway upgrade [PACKAGE]`: the gateway that runs goes on with another version, and the port stays open. */
export function registerUpgrade(program: Command, done: Done): void {
  const command = program.command('upgrade [package]').description(text('help.upgrade'));
  addViewOptions(command).action(async (directory: string | undefined) => {
    done(await upgrade(directory === undefined ? packageFile('') : resolve(directory), command.opts()));
  });
}

/** @returns the exit code */
async function upgrade(directory: string, options: Pick<EditOptions, 'config' | 'json'>): Promise<number> {
  const file = configFile({ ...options });
  const loaded = loadFile(file);
  if (!loaded.ok) {
    warnLines(loaded.problems.map(problemText));
    return EXIT.configuration;
  }
  const endpoint = runningEndpoint(file, loaded.config);
  if (endpoint === null) {
    warnLines([text('upgrade.off')]);
    return EXIT.failed;
  }
  const path = `/upgrade?package=${encodeURIComponent(directory)}`;
  const answer = await askAdmin(endpoint, { method: 'POST', path, timeoutMs: WAIT_MS });
  if (!answer.ok) {
    const unreachable = text('gateway.not-running', { url: endpoint.url });
    warnLines([answer.unreachable ? unreachable : text('upgrade.failed', { detail: answer.message })]);
    return EXIT.failed;
  }
  const { ok = false, version = '', pid = 0, why = '' } = answer.body as UpgradeBody;
  if (options.json === true) printJson(answer.body);
  else if (ok) printLines([text('upgrade.done', { version, pid, seconds: loaded.config.timeouts.drain })]);
  else warnLines([text('upgrade.failed', { detail: why })]);
  return ok ? EXIT.done : EXIT.failed;
}
