import { connect } from 'node:net';
import type { Command } from 'commander';
import type { Authority } from '../address/authority.ts';
import { parseAuthority } from '../address/authority.ts';
import { parseConfiguredHost } from '../address/host.ts';
import { problemText } from '../config/problems.ts';
import { causeOf } from '../dial/cause.ts';
import { EXIT } from './exit-code.ts';
import type { Explanation } from './explain.ts';
import { explain } from './explain.ts';
import { addConfigOptions, loadFor } from './sources.ts';

/** `oms-gateway check HOST[:PORT]`: is it allowed, by which rule, where does it lead, and (--dial) is it there? */
export function registerCheck(program: Command, done: (code: number) => void): void {
  const command = program.command('check <destination>').description('explain whether HOST[:PORT] is allowed and why');
  command.option('--dial', 'connect to the allowed addresses as well').option('--json', 'print the result as JSON');
  addConfigOptions(command, true).action(async (destination: string) => {
    const target = readTarget(destination);
    if (typeof target === 'string') {
      process.stderr.write(`oms-gateway: ${destination} is not a destination: ${target}\n`);
      done(EXIT.usage);
      return;
    }
    const loaded = loadFor(command);
    if (!loaded.ok) {
      for (const problem of loaded.problems) process.stderr.write(`oms-gateway: ${problemText(problem)}\n`);
      done(EXIT.configuration);
      return;
    }
    const options = command.opts<{ dial?: boolean; json?: boolean }>();
    const explanation = await explain(loaded.config, target);
    const dials = options.dial === true ? await dialAll(explanation, target.port, loaded.config.timeouts.dial) : [];
    if (options.json === true) process.stdout.write(`${JSON.stringify({ ...explanation, dials }, null, 2)}\n`);
    else process.stdout.write(asText(explanation, dials));
    const reached = options.dial !== true || dials.some(({ ok }) => ok);
    done(explanation.allowed && reached ? EXIT.done : EXIT.failed);
  });
}

interface Dialed {
  readonly address: string;
  readonly ok: boolean;
  readonly text: string;
}

/** HOST alone means port 443. Answers what is wrong when it is neither. */
function readTarget(text: string): Authority | string {
  const bare = parseConfiguredHost(text);
  if (bare.ok) return { host: bare.host, port: 443 };
  const parsed = parseAuthority(text);
  return parsed.ok ? parsed.authority : parsed.detail;
}

async function dialAll(explanation: Explanation, port: number, limitSeconds: number): Promise<Dialed[]> {
  const addresses = explanation.policy.allow ? explanation.addresses.filter(({ allow }) => allow) : [];
  return await Promise.all(addresses.map(({ address }) => dial(address, port, limitSeconds * 1000)));
}

function dial(address: string, port: number, limitMs: number): Promise<Dialed> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const finish = (ok: boolean, text: string): void => {
      socket.destroy();
      resolve({ address, ok, text });
    };
    socket.setTimeout(limitMs, () => {
      finish(false, `no answer within ${limitMs} ms`);
    });
    socket.on('connect', () => {
      finish(true, `connected in ${(performance.now() - startedMs).toFixed(1)} ms`);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      finish(false, causeOf(error.code ?? error.message).detail);
    });
  });
}

function asText(explanation: Explanation, dials: readonly Dialed[]): string {
  const { destination, allowed, policy, remedy, resolution, addresses } = explanation;
  const lines = [
    `${destination}: ${allowed ? 'allowed' : 'refused'}`,
    `  policy    ${policy.allow ? 'allowed by ' : ''}${policy.text}`,
    ...(remedy === null ? [] : [`  remedy    ${remedy}`]),
    ...(resolution.ok ? [] : [`  name      ${resolution.text}`]),
    ...addresses.map(
      ({ address, allow, text }) =>
        `  address   ${address} ${allow ? `may be dialed (${text})` : `is refused: ${text}`}`,
    ),
    ...dials.map(({ address, text }) => `  dial      ${address} ${text}`),
  ];
  return `${lines.join('\n')}\n`;
}
