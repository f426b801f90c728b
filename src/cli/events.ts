import type { Command } from 'commander';
import type { AdminEndpoint } from './admin-client.ts';
import { askAdmin, followAdmin } from './admin-client.ts';
import { complain, endpointOf } from './ask.ts';
import { EXIT } from './exit-code.ts';
import { addConfigOptions } from './sources.ts';
import { text } from './text.ts';

/** `oms-gateway events`: the last events of the running gateway, and those to come. */

const BAD_REQUEST = 400;

interface Options {
  readonly follow?: boolean;
  readonly recent: string;
  readonly event?: string;
  readonly client?: string;
  readonly text?: string;
  readonly json?: boolean;
}

export function registerEvents(program: Command, done: (code: number) => void): void {
  const command = program.command('events').description(text('help.events'));
  command
    .option('--follow', text('help.events.follow'))
    .option('--recent <count>', text('help.events.recent'), '50')
    .option('--event <numbers>', text('help.events.event'))
    .option('--client <part>', text('help.events.client'))
    .option('--text <part>', text('help.events.text'))
    .option('--json', text('help.events.json'));
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
    const answer = await askAdmin(endpoint, { path: pathOf(options, false) });
    if (!answer.ok) {
      complain(answer.message);
      // What was asked for is not understood: a wrong option.
      done(answer.status === BAD_REQUEST ? EXIT.usage : EXIT.failed);
      return;
    }
    if (options.follow !== true) {
      for (const event of (answer.body as { events: unknown[] }).events) show(JSON.stringify(event));
      done(EXIT.done);
      return;
    }
    const problem = await follow(endpoint, options, show);
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

async function follow(endpoint: AdminEndpoint, options: Options, show: (line: string) => void): Promise<string | null> {
  return await followAdmin(endpoint, pathOf(options, true), (data) => {
    // Which events are missing is not known, only how many.
    const { dropped } = JSON.parse(data) as { dropped?: number };
    if (dropped === undefined) show(data);
    else complain(text('events.left-out', { count: dropped }));
  });
}

/** Loaded only here: other commands do not wait for it. */
async function prettyFormat(): Promise<(lines: string) => string> {
  const { prettyLines } = await import('../events/formats.ts');
  return prettyLines(process.env['NO_COLOR'] === undefined);
}
