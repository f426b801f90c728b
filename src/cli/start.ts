import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { readPasswordFiles } from '../config/password-file.ts';
import type { Problem } from '../config/problems.ts';
import { problemText as englishProblem } from '../config/problems.ts';
import { createEventWriter } from '../events/writer.ts';
import type { LanguageChoice } from '../languages/tags.ts';
import { languageOf } from '../languages/tags.ts';
import { EXIT } from './exit-code.ts';
import { warnLines } from './options.ts';
import { addConfigOptions, sourcesFor } from './sources.ts';
import { problemText, text } from './text.ts';
import { packageVersion } from './version.ts';

/** `oms-gateway start`: runs the gateway in the foreground until it is told to stop. */
export function registerStart(program: Command, done: (code: number) => void): void {
  const command = program.command('start').description(text('help.start'));
  addConfigOptions(command, true).action(async () => {
    const sources = sourcesFor(command);
    const loaded = readPasswordFiles(loadConfig(sources));
    if (!loaded.ok) {
      reportProblems(loaded.problems, languageOf(sources.flags['--log-language'] ?? '') ?? 'auto');
      done(EXIT.configuration);
      return;
    }
    // Loaded only here: no other command waits for what a running gateway is made of.
    const { runPrimary } = await import('../cluster/run-primary.ts');
    done(await runPrimary({ config: loaded.config, sources, version: packageVersion() }));
  });
}

/** Event 401 for the log, and the same as lines for whoever sits in front. */
function reportProblems(problems: readonly Problem[], language: LanguageChoice): void {
  const sink = { write: (line: string) => process.stdout.write(line) };
  createEventWriter({ level: 'info', sink, language }).notice('wrong-configuration', {
    problems: problems.map(englishProblem),
  });
  warnLines(problems.map(problemText));
}
