import type { Command } from 'commander';
import type { AdminEndpoint } from './admin-client.ts';
import { askAdmin } from './admin-client.ts';
import type { EditOptions } from './edit.ts';
import { EXIT } from './exit-code.ts';
import type { Done } from './options.ts';
import { addViewOptions, printJson, printLines, warnLines } from './options.ts';
import { endpointDespite, runningEndpoint } from './running-gateway.ts';
import { configFile, loadFile } from './sources.ts';
import { reloadGateway, takeOverLines } from './take-over.ts';
import { problemText, text } from './text.ts';

/** `oms-gateway reload`, `restart` and `drain`: orders to the gateway that runs, through its admin API. */
export function registerGateway(program: Command, done: Done): void {
  const reload = program.command('reload').description(text('help.reload'));
  addViewOptions(reload.option('--enforce', text('help.reload.enforce'))).action(async () => {
    done(await reloadCommand(reload.opts()));
  });
  const restart = program.command('restart').description(text('help.restart'));
  addViewOptions(restart).action(async () => {
    done(await orderGateway('restart', restart.opts()));
  });
  const drain = program.command('drain').description(text('help.drain'));
  addViewOptions(drain).action(async () => {
    done(await orderGateway('drain', drain.opts()));
  });
}

interface GatewayOptions extends Pick<EditOptions, 'config' | 'json'> {
  readonly enforce?: boolean;
}

/** @returns the exit code: 78 when the configuration is wrong, here or in the gateway's eyes */
async function reloadCommand(options: GatewayOptions): Promise<number> {
  const file = configFile({ ...options });
  const loaded = loadFile(file);
  if (!loaded.ok) {
    if (options.json === true) printJson({ state: 'refused', problems: loaded.problems });
    else warnLines(loaded.problems.map(problemText));
    return EXIT.configuration;
  }
  const result = await reloadGateway(file, loaded.config, options.enforce === true);
  if (options.json === true) printJson(result);
  else if (result.state === 'none') warnLines([text('gateway.not-running', { url: result.url })]);
  else if (result.state === 'reloaded') {
    const changed = result.changed.length === 0 ? [] : [text('gateway.changed', { keys: result.changed })];
    const ended = result.ended === undefined ? [] : [text('gateway.ended', { count: result.ended })];
    printLines([...takeOverLines(result), ...changed, ...ended]);
  } else warnLines(takeOverLines(result));
  if (result.state === 'refused') return EXIT.configuration;
  return result.state === 'reloaded' ? EXIT.done : EXIT.failed;
}

/** Tells the gateway to drain or to restart. @returns the exit code */
export async function orderGateway(order: 'drain' | 'restart', options: GatewayOptions): Promise<number> {
  const file = configFile({ ...options });
  const loaded = loadFile(file);
  if (!loaded.ok) warnLines(loaded.problems.map(problemText));
  // To drain needs no configuration; to restart would be to take this one over.
  if (!loaded.ok && order === 'restart') return EXIT.configuration;
  const endpoint = loaded.ok ? runningEndpoint(file, loaded.config) : endpointDespite(file);
  if (!loaded.ok && endpoint === null) return EXIT.configuration;
  const result = endpoint === null ? { ok: false, lines: [text('gateway.off')] } : await give(endpoint, order);
  if (options.json === true) printJson({ ok: result.ok, said: result.lines });
  else if (result.ok) printLines(result.lines);
  else warnLines(result.lines);
  return result.ok ? EXIT.done : EXIT.failed;
}

interface Given {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

async function give(endpoint: AdminEndpoint, order: 'drain' | 'restart'): Promise<Given> {
  const answer = await askAdmin(endpoint, { method: 'POST', path: `/${order}` });
  if (!answer.ok) {
    if (answer.unreachable) return { ok: false, lines: [text('gateway.not-running', { url: endpoint.url })] };
    const tooOld = order === 'restart' && answer.status === 404;
    const line = tooOld ? text('gateway.no-restart') : text('gateway.failed', { detail: answer.message });
    return { ok: false, lines: [line] };
  }
  const body = (typeof answer.body === 'object' ? answer.body : {}) as {
    seconds?: number;
    problems?: { path: string; message: string }[];
    needsRestart?: string[];
    successor?: number;
  };
  if (Array.isArray(body.problems)) {
    return { ok: false, lines: [text('gateway.refused'), ...body.problems.map((each) => `  ${problemText(each)}`)] };
  }
  if (order === 'restart') {
    const { successor: pid, needsRestart = [] } = body;
    const how = pid === undefined ? text('gateway.restarting') : text('gateway.succeeded', { pid });
    return { ok: true, lines: [how, ...leftLines(needsRestart)] };
  }
  return { ok: true, lines: [text('gateway.draining', { seconds: body.seconds ?? 0 })] };
}

/** What a restart has left as it was: in a container, on Windows, or on a socket that the service manager opened. */
function leftLines(keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [text('gateway.needs-stop', { keys })];
}
