import type { Command } from 'commander';
import type { AdminEndpoint } from './admin-client.ts';
import { askAdmin, followAdmin } from './admin-client.ts';
import { complain, endpointOf } from './ask.ts';
import { EXIT } from './exit-code.ts';
import { addConfigOptions } from './sources.ts';

/** `oms-gateway events`: the last events of the running gateway, and those to come. */

interface Options {
  readonly follow?: boolean;
  readonly recent: string;
  readonly event?: string;
  readonly client?: string;
  readonly text?: string;
  readonly json?: boolean;
}

export function registerEvents(program: Command, done: (code: number) => void): void {
  const command = program.command('events').description('show events of the running gateway');
  command
    .option('--follow', 'go on with the events to come')
    .option('--recent <count>', 'how many events of the past', '50')
    .option('--event <numbers>', 'only these, e.g. 105,106')
    .option('--client <part>', 'only of clients whose address holds this')
    .option('--text <part>', 'only events that say this, e.g. a host')
    .option('--json', 'JSON lines; the default where standard output is no terminal');
  addConfigOptions(command, false).action(async () => {
    const endpoint = endpointOf(command);
    if (typeof endpoint === 'number') {
      done(endpoint);
      return;
    }
    const options = command.opts<Options>();
    const raw = options.json === true || !process.stdout.isTTY;
    const format = raw ? (lines: string): string => lines : await prettyFormat();
    const show = (line: string): void => {
      process.stdout.write(format(`${line}\n`));
    };
    const problem =
      options.follow === true ? await follow(endpoint, options, show) : await list(endpoint, options, show);
    if (problem !== null) complain(problem);
    done(problem === null ? EXIT.done : EXIT.failed);
  });
}

function pathOf(options: Options, followed: boolean): string {
  const query = new URLSearchParams({ follow: String(followed), recent: options.recent });
  for (const name of ['event', 'client', 'text'] as const) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  return `/events?${query.toString()}`;
}

async function list(endpoint: AdminEndpoint, options: Options, show: (line: string) => void): Promise<string | null> {
  const answer = await askAdmin(endpoint, { path: pathOf(options, false) });
  if (!answer.ok) return answer.message;
  for (const event of (answer.body as { events: unknown[] }).events) show(JSON.stringify(event));
  return null;
}

async function follow(endpoint: AdminEndpoint, options: Options, show: (line: string) => void): Promise<string | null> {
  return await followAdmin(endpoint, pathOf(options, true), (data) => {
    // Which events are missing is not known, only how many.
    const { dropped } = JSON.parse(data) as { dropped?: number };
    if (dropped === undefined) show(data);
    else complain(`${dropped} event(s) came too fast and were left out`);
  });
}

/** Loaded only here: other commands do not wait for it. */
async function prettyFormat(): Promise<(lines: string) => string> {
  const { prettyLines } = await import('../events/formats.ts');
  return prettyLines(process.env['NO_COLOR'] === undefined);
}
