import type { Command } from 'commander';
import { jsonSchemaText } from '../config/json-schema.ts';
import { loadConfig } from '../config/load.ts';
import { readPasswordFiles } from '../config/password-file.ts';
import { resolveHostRules } from '../config/presets.ts';
import type { Problem } from '../config/problems.ts';
import { getKey, setKey, unsetKey } from './config-keys.ts';
import { EXIT } from './exit-code.ts';
import type { Done } from './options.ts';
import { addEditOptions, addViewOptions, printJson } from './options.ts';
import { configFile } from './sources.ts';
import { problemText, text } from './text.ts';

/** `oms-gateway config …`: looks at the configuration and changes it. */
export function registerConfig(program: Command, done: Done): void {
  const group = program.command('config').description(text('help.config'));
  const get = group.command('get [key]').description(text('help.config.get'));
  addViewOptions(get).action((key?: string) => {
    done(getKey(get.opts(), key));
  });
  const set = group.command('set <key> [value]').description(text('help.config.set'));
  addEditOptions(set).action(async (key: string, value?: string) => {
    done(await setKey(set.opts(), key, value));
  });
  const unset = group.command('unset <key>').description(text('help.config.unset'));
  addEditOptions(unset).action(async (key: string) => {
    done(await unsetKey(unset.opts(), key));
  });
  const validate = group.command('validate [file]').description(text('help.config.validate'));
  addViewOptions(validate).action((file?: string) => {
    const options = validate.opts<{ config?: string; json?: boolean }>();
    done(validateFile(file ?? configFile(options), options.json === true));
  });
  group
    .command('schema')
    .description(text('help.config.schema'))
    .action(() => {
      process.stdout.write(jsonSchemaText());
      done(EXIT.done);
    });
}

/** Problems of the file as a whole name it themselves. */
function line(file: string, problem: Problem): string {
  const said = problemText(problem);
  return problem.path.startsWith(file) ? said : `${file}: ${said}`;
}

function validateFile(file: string, json: boolean): number {
  const loaded = readPasswordFiles(loadConfig({ file, environment: {}, flags: {} }));
  const problems = loaded.ok ? [] : loaded.problems;
  if (json) printJson({ ok: loaded.ok, problems });
  if (!loaded.ok) {
    if (!json) for (const problem of problems) process.stderr.write(`${line(file, problem)}\n`);
    return EXIT.configuration;
  }
  const { listen, allowedPorts } = loaded.config;
  const hosts = resolveHostRules(loaded.config).length;
  const ports = { ports: allowedPorts.map(String), count: allowedPorts.length };
  const summary = text('config.ok', { file, port: listen.port, hosts, ...ports });
  if (!json) process.stdout.write(`${summary}\n`);
  return EXIT.done;
}
