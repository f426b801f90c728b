import type { Command } from 'commander';
import { LANGUAGES } from '../languages/tags.ts';
import { text } from './text.ts';

/** What commander itself says in helps, in the language of the command, and the option that every command has. */

/** For a program and all its commands, once they are registered. */
export function speakHelp(command: Command): void {
  const titles: Readonly<Record<string, string>> = {
    'Usage:': text('help.title.usage'),
    'Arguments:': text('help.title.arguments'),
    'Options:': text('help.title.options'),
    'Commands:': text('help.title.commands'),
  };
  command.configureHelp({ ...command.configureHelp(), styleTitle: (title) => titles[title] ?? title });
  command.helpOption('-h, --help', text('help.help'));
  if (command.commands.length > 0) command.helpCommand('help [command]', text('help.help'));
  for (const inner of command.commands) speakHelp(inner);
}

/** `--language` on every command that has none of its own; what it says was heard before, see language.ts. */
export function addLanguageOption(command: Command): void {
  const has = command.options.some(({ long }) => long === '--language');
  if (!has) command.option('--language <tag>', text('help.option.language', { languages: LANGUAGES }));
  for (const inner of command.commands) addLanguageOption(inner);
}
