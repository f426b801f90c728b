import { writeFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { Authority } from '../../src/address/authority.ts';
import { parseAuthority } from '../../src/address/authority.ts';
import { NotLocal, requireLocal } from '../load/local.ts';
import { integer } from '../load/numbers.ts';
import { makeCertificate } from './certificate.ts';
import { startOrigin } from './origin.ts';

/** `npm run origin`: the origin of load tests by itself, for a proxy that is on another machine. */

interface OriginArguments {
  readonly listen: Authority;
  readonly threads: number;
  readonly tls?: string;
  readonly certificate?: string;
  readonly maxSeconds: number;
  readonly allowRemote?: boolean;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const command = new Command('npm run origin --')
    .description('The server side of npm run load, by itself. Ends by Ctrl+C, or after its time.')
    .exitOverride()
    .requiredOption('--listen <address:port>', 'where to listen', listenAddress)
    .option('--threads <n>', 'threads; each has a port of its own, counted from the first', integer(1, 64), 1)
    .option('--tls <name>', 'speak real TLS, with a certificate made for this name')
    .option('--certificate <file>', 'write the certificate there, for --ca of npm run load')
    .option('--max-seconds <s>', 'end after this time', integer(1, 86_400), 3_600)
    .option('--allow-remote', 'allow an address that other machines can reach');
  try {
    command.parse();
    return await serve(command.opts<OriginArguments>());
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`origin: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof NotLocal ? 2 : 1;
  }
}

async function serve({ listen, threads, tls, certificate, maxSeconds, allowRemote }: OriginArguments): Promise<number> {
  const host = listen.host.text;
  if (allowRemote !== true) await requireLocal('origin', host);
  const made = tls === undefined ? null : await makeCertificate(tls);
  if (made !== null && certificate !== undefined) writeFileSync(certificate, made.certificate);
  const origin = await startOrigin({ host, port: listen.port, threads, tls: made });
  process.stdout.write(`origin listens on ${host}, port(s) ${origin.ports.join(', ')}, for ${maxSeconds} s\n`);
  await untilStopped(maxSeconds);
  const { connections, bytesIn, nonsense } = await origin.counts();
  process.stdout.write(
    `${connections} connections, ${bytesIn} bytes received, ${nonsense} connections with foreign bytes\n`,
  );
  await origin.close();
  return 0;
}

/** Until Ctrl+C, a stop signal, or the end of the time. */
function untilStopped(maxSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, maxSeconds * 1_000);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}

function listenAddress(text: string): Authority {
  const parsed = parseAuthority(text);
  if (!parsed.ok) throw new InvalidArgumentError(`${parsed.detail}.`);
  return parsed.authority;
}
