import { connect } from 'node:net';
import type { Command } from 'commander';
import type { Authority } from '../address/authority.ts';
import { parseAuthority } from '../address/authority.ts';
import { parseConfiguredHost } from '../address/host.ts';
import { causeOf } from '../dial/cause.ts';
import { checkEngine } from './check-engine.ts';
import { EXIT } from './exit-code.ts';
import type { Explanation } from './explain.ts';
import { explain } from './explain.ts';
import { warnLines } from './options.ts';
import { listRules } from './list-rules.ts';
import { addConfigOptions, loadFor, sourcesFor } from './sources.ts';
import type { TextKey } from './text.ts';
import { detailText, problemText, text } from './text.ts';
import { padded, widthOf } from './width.ts';

/** `oms-gateway check HOST[:PORT]`: is it allowed, by which rule, where does it lead, and (--dial) is it there? */
export function registerCheck(program: Command, done: (code: number) => void): void {
  const command = program.command('check [destination]').description(text('help.check'));
  command.option('--dial', text('help.check.dial')).option('--json', text('help.option.json'));
  addConfigOptions(command, true, ['--engine']).action(async (destination: string = '') => {
    const options = command.opts<{ dial?: boolean; json?: boolean; engine?: string | true }>();
    if (options.engine === true && destination === '') {
      done(explainEngine(command, options.json === true));
      return;
    }
    const target = readTarget(destination);
    if (typeof target === 'string') {
      warnLines([text('check.no-destination', { destination, detail: target })]);
      done(EXIT.usage);
      return;
    }
    const loaded = loadFor(command);
    if (!loaded.ok) {
      warnLines(loaded.problems.map(problemText));
      done(EXIT.configuration);
      return;
    }
    const explanation = await explain(loaded.config, target, listRules(loaded.config, sourcesFor(command).file));
    const dials = options.dial === true ? await dialAll(explanation, target.port, loaded.config.timeouts.dial) : [];
    if (options.json === true) process.stdout.write(`${JSON.stringify({ ...explanation, dials }, null, 2)}\n`);
    else process.stdout.write(asText(explanation, dials));
    const reached = options.dial !== true || dials.some(({ ok }) => ok);
    done(explanation.allowed && reached ? EXIT.done : EXIT.failed);
  });
}

function explainEngine(command: Command, json: boolean): number {
  const loaded = loadFor(command);
  if (loaded.ok) return checkEngine(loaded.config, json);
  warnLines(loaded.problems.map(problemText));
  return EXIT.configuration;
}

interface Dialed {
  readonly address: string;
  readonly ok: boolean;
  readonly text: string;
}

/** HOST alone means port 443. Answers what is wrong when it is neither. */
function readTarget(given: string): Authority | string {
  const bare = parseConfiguredHost(given);
  if (bare.ok) return { host: bare.host, port: 443 };
  const parsed = parseAuthority(given);
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
    const finish = (ok: boolean, said: string): void => {
      socket.destroy();
      resolve({ address, ok, text: said });
    };
    socket.setTimeout(limitMs, () => {
      finish(false, text('check.no-answer', { ms: limitMs }));
    });
    socket.on('connect', () => {
      finish(true, text('check.connected', { ms: (performance.now() - startedMs).toFixed(1) }));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      finish(false, detailText(causeOf(error.code ?? error.message).detail));
    });
  });
}

function asText(explanation: Explanation, dials: readonly Dialed[]): string {
  const { destination, allowed, policy, remedy, resolution, addresses } = explanation;
  const rows: (readonly [TextKey, string])[] = [
    ['check.policy', policy.allow ? text('check.allowed-by', { rule: policy.text }) : policy.text],
    ...(remedy === null ? [] : [['check.remedy', remedy] as const]),
    ...(resolution.ok ? [] : [['check.name', resolution.text] as const]),
    ...addresses.map((each) => ['check.address', addressText(each)] as const),
    ...dials.map((dialed) => ['check.dial', `${dialed.address} ${dialed.text}`] as const),
  ];
  const width = Math.max(9, ...rows.map(([name]) => widthOf(text(name))));
  const lines = rows.map(([name, said]) => `  ${padded(text(name), width)} ${said}`);
  return `${[text(allowed ? 'check.allowed' : 'check.refused', { destination }), ...lines].join('\n')}\n`;
}

function addressText({ address, allow, text: said }: Explanation['addresses'][number]): string {
  return allow
    ? text('check.may-be-dialed', { address, rule: said })
    : text('check.is-refused', { address, detail: said });
}
