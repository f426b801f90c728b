import type { Command } from 'commander';
import type { AdminEndpoint } from './admin-client.ts';
import { EXIT } from './exit-code.ts';
import { endpointDespite, runningEndpoint } from './running-gateway.ts';
import { loadFor, sourcesFor } from './sources.ts';
import { problemText, text } from './text.ts';

/** Where the running gateway of a command is asked. What is wrong goes to standard error; then the exit code is answered. */
export function endpointOf(command: Command): AdminEndpoint | number {
  const { file } = sourcesFor(command);
  const loaded = loadFor(command);
  if (!loaded.ok) {
    for (const problem of loaded.problems) complain(problemText(problem));
    return endpointDespite(file) ?? EXIT.configuration;
  }
  const endpoint = runningEndpoint(file, loaded.config);
  if (endpoint !== null) return endpoint;
  complain(text('ask.no-admin'));
  return EXIT.failed;
}

/** One line on standard error, as every command writes it. */
export function complain(line: string): void {
  process.stderr.write(`oms-gateway: ${line}\n`);
}
