import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { readPasswordFiles } from '../config/password-file.ts';
import type { Problem } from '../config/problems.ts';
import { problemText } from '../config/problems.ts';
import { createEventWriter } from '../events/writer.ts';
import { EXIT } from './exit-code.ts';
import { addConfigOptions, sourcesFor } from './sources.ts';
import { packageVersion } from './version.ts';

/** `oms-gateway start`: runs the gateway in the foreground until it is told to stop. */
export function registerStart(program: Command, done: (code: number) => void): void {
  const command = program.command('start').description('run the gateway in the foreground');
  addConfigOptions(command, true).action(async () => {
    const sources = sourcesFor(command);
    const loaded = readPasswordFiles(loadConfig(sources));
    if (!loaded.ok) {
      reportProblems(loaded.problems);
      done(EXIT.configuration);
      return;
    }
    // Loaded only here: no other command waits for what a running gateway is made of.
    const { runPrimary } = await import('../cluster/primary.ts');
    done(await runPrimary({ config: loaded.config, sources, version: packageVersion() }));
  });
}

/** Event 401 for the log, and the same as lines for whoever sits in front. */
function reportProblems(problems: readonly Problem[]): void {
  const texts = problems.map(problemText);
  const sink = { write: (line: string) => process.stdout.write(line) };
  createEventWriter({ level: 'info', sink }).notice('wrong-configuration', { problems: texts });
  for (const text of texts) process.stderr.write(`oms-gateway: ${text}\n`);
}
