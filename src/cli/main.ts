#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { registerCheck } from './check.ts';
import { registerConfig } from './config.ts';
import { registerEvents } from './events.ts';
import { EXIT } from './exit-code.ts';
import { registerStart } from './start.ts';
import { registerStatus } from './status.ts';
import { packageVersion } from './version.ts';

/** The command `oms-gateway`: dispatches to one file per command. The only place that ends the process. */

const program = new Command('oms-gateway')
  .description(
    'HTTP CONNECT gateway for monitoring agents: allowed hosts only, TLS handshakes checked, nothing decrypted',
  )
  .version(packageVersion())
  .showHelpAfterError('(oms-gateway --help tells what there is)')
  .exitOverride();

let code: number = EXIT.done;
const done = (result: number): void => {
  code = result;
};

registerStart(program, done);
registerCheck(program, done);
registerConfig(program, done);
registerStatus(program, done);
registerEvents(program, done);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and version are not failures; everything else commander refuses is wrong usage.
  code = error.exitCode === 0 ? EXIT.done : EXIT.usage;
}
process.exit(code);
