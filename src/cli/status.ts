import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Status } from '../admin/status.ts';
import { statusSchema } from '../admin/status.ts';
import type { AdminEndpoint } from './admin-client.ts';
import { askAdmin } from './admin-client.ts';
import { complain, endpointOf } from './ask.ts';
import { EXIT } from './exit-code.ts';
import { addConfigOptions } from './sources.ts';
import type { EarlierLook } from './status-text.ts';
import { statusText } from './status-text.ts';
import { text } from './text.ts';

/** `oms-gateway status`: what the running gateway does, once, as JSON, or as a view that renews itself. */

const WATCH_MS = 1_000;
/** Cursor home, clear to the end of the screen (ECMA-48). */
const CLEAR = '\u001b[H\u001b[J';

export function registerStatus(program: Command, done: (code: number) => void): void {
  const command = program.command('status').description(text('help.status'));
  command.option('--json', text('help.status.json')).option('--watch', text('help.status.watch'));
  addConfigOptions(command, false).action(async () => {
    const endpoint = endpointOf(command);
    if (typeof endpoint === 'number') {
      done(endpoint);
      return;
    }
    const { json = false, watch = false } = command.opts<{ json?: boolean; watch?: boolean }>();
    done(watch ? await keepWatching(endpoint, json) : await showOnce(endpoint, json));
  });
}

async function showOnce(endpoint: AdminEndpoint, json: boolean): Promise<number> {
  const status = await ask(endpoint);
  if (status === null) return EXIT.failed;
  process.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : statusText(status));
  return EXIT.done;
}

/** Ends with the gateway, or by Ctrl-C. */
async function keepWatching(endpoint: AdminEndpoint, json: boolean): Promise<number> {
  let earlier: (EarlierLook & { readonly atMs: number }) | null = null;
  for (;;) {
    const status = await ask(endpoint);
    if (status === null) return EXIT.failed;
    const atMs = performance.now();
    const look: EarlierLook | null =
      earlier === null ? null : { status: earlier.status, seconds: (atMs - earlier.atMs) / 1000 };
    if (json) process.stdout.write(`${JSON.stringify(status)}\n`);
    else process.stdout.write(`${process.stdout.isTTY ? CLEAR : ''}${statusText(status, look)}\n`);
    earlier = { status, seconds: 0, atMs };
    await delay(WATCH_MS);
  }
}

async function ask(endpoint: AdminEndpoint): Promise<Status | null> {
  const answer = await askAdmin(endpoint, { path: '/status' });
  if (!answer.ok) {
    complain(answer.message);
    return null;
  }
  const read = statusSchema.safeParse(answer.body);
  if (read.success) return read.data;
  complain(text('status.other-version'));
  return null;
}
