import type { Command } from 'commander';
import { jsonSchemaText } from '../config/json-schema.ts';
import { loadConfig } from '../config/load.ts';
import { resolveHostRules } from '../config/presets.ts';
import type { Problem } from '../config/problems.ts';
import { problemText } from '../config/problems.ts';
import { EXIT } from './exit-code.ts';

/** `oms-gateway config …`: looks at configuration files without running anything. */
export function registerConfig(program: Command, done: (code: number) => void): void {
  const config = program.command('config').description('look at configuration files');
  config
    .command('validate <file>')
    .description('check a configuration file; says everything that is wrong with it')
    .option('--json', 'print the result as JSON')
    .action((file: string, options: { json?: boolean }) => {
      done(validate(file, options.json === true));
    });
  config
    .command('schema')
    .description('print the JSON schema of configuration files')
    .action(() => {
      process.stdout.write(jsonSchemaText());
      done(EXIT.done);
    });
}

/** Problems of the file as a whole name it themselves. */
function line(file: string, problem: Problem): string {
  const text = problemText(problem);
  return problem.path.startsWith(file) ? text : `${file}: ${text}`;
}

function validate(file: string, json: boolean): number {
  const loaded = loadConfig({ file, environment: {}, flags: {} });
  const problems = loaded.ok ? [] : loaded.problems;
  if (json) process.stdout.write(`${JSON.stringify({ ok: loaded.ok, problems }, null, 2)}\n`);
  if (!loaded.ok) {
    if (!json) for (const problem of problems) process.stderr.write(`${line(file, problem)}\n`);
    return EXIT.configuration;
  }
  const { listen, allowedPorts } = loaded.config;
  const rules = resolveHostRules(loaded.config).length;
  const summary = `port ${listen.port}, ${rules} allowed host rule(s), to port(s) ${allowedPorts.join(', ')}`;
  if (!json) process.stdout.write(`${file}: ok (${summary})\n`);
  return EXIT.done;
}
