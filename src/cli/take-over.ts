import type { Problem } from '../config/problems.ts';
import type { Config } from '../config/schema.ts';
import type { AdminEndpoint } from './admin-client.ts';
import { askAdmin } from './admin-client.ts';
import { runningEndpoint } from './running-gateway.ts';
import { loadFile } from './sources.ts';
import { problemText, text } from './text.ts';

/** Whether the gateway that runs has taken a configuration over, after the file was changed. */
export type TakeOver =
  | {
      readonly state: 'reloaded';
      readonly changed: readonly string[];
      readonly needsRestart: readonly string[];
      /** With enforce: tunnels that were ended. */
      readonly ended?: number;
    }
  /** It keeps what it has, because what it read is wrong. */
  | { readonly state: 'refused'; readonly problems: readonly Problem[] }
  | { readonly state: 'none'; readonly url: string }
  /** `admin.port` is 0. */
  | { readonly state: 'off' }
  | { readonly state: 'failed'; readonly detail: string };

interface ReloadBody {
  readonly ok?: unknown;
  readonly changed?: readonly string[];
  readonly needsRestart?: readonly string[];
  readonly ended?: number;
  readonly problems?: readonly Problem[];
}

/**
 * @param file the configuration whose gateway is told; the environment counts as it does for `start`
 * @param earlier where that gateway was to be asked before the file was changed: it listens there still, and knows that token
 */
export async function takeOver(file: string, earlier: AdminEndpoint | null = null): Promise<TakeOver> {
  const loaded = loadFile(file);
  if (!loaded.ok) return { state: 'refused', problems: loaded.problems };
  if (earlier !== null) {
    const told = await askToReload(earlier, false);
    if (told.state !== 'none') return told;
  }
  return await reloadGateway(file, loaded.config, false);
}

/** Where the gateway of a file is asked as the file stands now; null when that is not known. */
export function askedAt(file: string): AdminEndpoint | null {
  const loaded = loadFile(file);
  return loaded.ok ? runningEndpoint(file, loaded.config) : null;
}

/** Asks the gateway that runs on a configuration file to read it again. */
export async function reloadGateway(file: string, config: Config, enforce: boolean): Promise<TakeOver> {
  const endpoint = runningEndpoint(file, config);
  return endpoint === null ? { state: 'off' } : await askToReload(endpoint, enforce);
}

async function askToReload(endpoint: AdminEndpoint, enforce: boolean): Promise<TakeOver> {
  const answer = await askAdmin(endpoint, { method: 'POST', path: enforce ? '/reload?enforce=true' : '/reload' });
  if (!answer.ok) {
    return answer.unreachable ? { state: 'none', url: endpoint.url } : { state: 'failed', detail: answer.message };
  }
  const body = (typeof answer.body === 'object' ? answer.body : {}) as ReloadBody;
  if (body.ok === true) {
    const ended = typeof body.ended === 'number' ? { ended: body.ended } : {};
    return { state: 'reloaded', changed: body.changed ?? [], needsRestart: body.needsRestart ?? [], ...ended };
  }
  return Array.isArray(body.problems)
    ? { state: 'refused', problems: body.problems }
    : { state: 'failed', detail: `${endpoint.url}/reload: ${answer.status}` };
}

/** False when a gateway runs and does not follow the file. */
export function isFine({ state }: TakeOver): boolean {
  return state === 'reloaded' || state === 'none' || state === 'off';
}

/** What waits, and for what, a line each. The command that restarts has the token of the file, which is not in force yet. */
function waitingLines(keys: readonly string[]): string[] {
  const unknown = keys.filter((key) => key === 'admin.token');
  const known = keys.filter((key) => key !== 'admin.token');
  return [
    ...(known.length === 0 ? [] : [text('gateway.needs-restart', { keys: known })]),
    ...(unknown.length === 0 ? [] : [text('gateway.needs-stop', { keys: unknown })]),
  ];
}

/** What to tell the administrator, a line each. */
export function takeOverLines(result: TakeOver): string[] {
  switch (result.state) {
    case 'reloaded': {
      const { changed, needsRestart } = result;
      const waits = waitingLines(needsRestart);
      if (changed.length > 0) return [text('gateway.reloaded'), ...waits];
      return waits.length > 0 ? waits : [text('gateway.reloaded-same')];
    }
    case 'refused':
      return [text('gateway.refused'), ...result.problems.map((problem) => `  ${problemText(problem)}`)];
    case 'none':
      return [text('gateway.none', { url: result.url })];
    case 'off':
      return [text('gateway.off')];
    case 'failed':
      return [text('gateway.failed', { detail: result.detail })];
  }
}
