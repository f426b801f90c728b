import { join } from 'node:path';

/**
 * Where a gateway keeps what it has to know when it starts again: copies of lists, and where its admin API is.
 * @param configured the key `stateDirectory`
 * @param given STATE_DIRECTORY of the environment (systemd.exec(5): absolute names, divided by colons)
 * @param configDirectory the directory of the configuration file
 */
export function stateDirectoryOf(configured: string, given: string | undefined, configDirectory: string): string {
  if (configured !== '') return configured;
  const [first = ''] = (given ?? '').split(':');
  return first === '' ? join(configDirectory, 'state') : first;
}
