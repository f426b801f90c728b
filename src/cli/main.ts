#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { registerAllowedHost } from './allowed-host.ts';
import { registerCheck } from './check.ts';
import { registerClient } from './client.ts';
import { registerClientCertificate } from './client-certificate.ts';
import { registerConfig } from './config.ts';
import { registerEvents } from './events.ts';
import { EXIT } from './exit-code.ts';
import { registerGateway } from './gateway.ts';
import type { Done } from './options.ts';
import { warnLines } from './options.ts';
import { registerPreset } from './preset.ts';
import { CMDLETS } from './reference/cmdlets.ts';
import { runCmdlet } from './reference/run.ts';
import { registerRelayProxy } from './relay-proxy.ts';
import { registerService } from './service.ts';
import { registerSetup } from './setup.ts';
import { registerStart } from './start.ts';
import { registerStatus } from './status.ts';
import { addLanguageOption, speakHelp } from './help.ts';
import { commandLanguage } from './language.ts';
import { speak, text } from './text.ts';
import { registerUpgrade } from './upgrade.ts';
import { packageVersion } from './version.ts';

/** The command `oms-gateway`: dispatches to one file per command. The only place that ends the process. */

const words = process.argv.slice(2);
const chosen = commandLanguage(words, process.env);
if (!chosen.ok) {
  warnLines([chosen.message]);
  process.exit(EXIT.usage);
}
if (chosen.language !== 'en') speak(chosen.language);

const cmdlets = CMDLETS.filter(({ name }) => name.includes('OMSGateway')).map(({ name }) => name);
const program = new Command('oms-gateway')
  .description(text('help.program'))
  .version(packageVersion(), '-V, --version', text('help.version'))
  .addHelpText('after', `\n${text('help.cmdlets', { cmdlets })}`)
  .showHelpAfterError(text('help.after-error'))
  .exitOverride();

let code: number = EXIT.done;
const done: Done = (result) => {
  code = result;
};

program.commandsGroup(text('help.group.run'));
registerStart(program, done);
registerSetup(program, done);
registerService(program, done);
program.commandsGroup(text('help.group.access'));
registerAllowedHost(program, done);
registerPreset(program, done);
registerClientCertificate(program, done);
registerClient(program, done);
registerCheck(program, done);
program.commandsGroup(text('help.group.configuration'));
registerConfig(program, done);
registerRelayProxy(program, done);
program.commandsGroup(text('help.group.running'));
registerGateway(program, done);
registerUpgrade(program, done);
registerStatus(program, done);
registerEvents(program, done);
speakHelp(program);
addLanguageOption(program);

try {
  const ofCmdlet = await runCmdlet(words);
  if (ofCmdlet === null) await program.parseAsync();
  else code = ofCmdlet;
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and version are not failures; everything else commander refuses is wrong usage.
  code = error.exitCode === 0 ? EXIT.done : EXIT.usage;
}
process.exit(code);
