import type { Tree } from '../../config/file.ts';
import { valueAtPath } from '../../config/key-path.ts';
import { check } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { Change } from '../../config/store.ts';
import type { RelayGiven } from '../relay-proxy.ts';
import { relayChanges } from '../relay-proxy.ts';

/** What the setup asks for, as values: from the file, then from parameters, then from questions. */

export interface Answers {
  readonly port: number;
  /** Null for a direct connection; "as-is" leaves what the file has, be it a list. */
  readonly relay: RelayGiven | null | 'as-is';
  readonly workspaces: readonly string[];
  readonly presets: readonly string[];
  readonly cloud: Config['cloud'];
  readonly language: Config['log']['language'];
}

/** Allowed when nothing else is said: what the gateway is made for. */
const FIRST_PRESET = 'azure-monitor';

/** What a configuration says already. A file that allows nothing yet is given the usual preset. */
export function answersOf(config: Config): Answers {
  const { listen, workspaces, presets, cloud, log, allowedHosts } = config;
  const empty = workspaces.length + presets.length + allowedHosts.length === 0;
  return {
    port: listen.port,
    relay: 'as-is',
    workspaces,
    presets: empty ? [FIRST_PRESET] : presets,
    cloud,
    language: log.language,
  };
}

/** The changes that make a file say what was answered; only what is different from what it says or means already. */
export function changesOf(tree: Tree, answers: Answers): Change[] {
  const set = (path: readonly string[], value: unknown): Change[] => {
    return JSON.stringify(valueIn(tree, path)) === JSON.stringify(value) ? [] : [{ kind: 'set', path, value }];
  };
  return [
    // The port is written even when it is the default: it is what people look for in the file.
    ...(valueAtPath(tree, ['listen', 'port']) === answers.port ? [] : [portChange(answers.port)]),
    ...set(['cloud'], answers.cloud),
    ...set(['workspaces'], answers.workspaces),
    ...set(['presets'], answers.presets),
    ...set(['log', 'language'], answers.language),
    ...relayOf(tree, answers.relay),
  ];
}

function portChange(port: number): Change {
  return { kind: 'set', path: ['listen', 'port'], value: port };
}

function relayOf(tree: Tree, relay: Answers['relay']): Change[] {
  if (relay === 'as-is') return [];
  if (relay !== null) return relayChanges(tree, relay).changes;
  return tree['relayProxy'] === undefined ? [] : [{ kind: 'set', path: ['relayProxy'], value: undefined }];
}

/** What the tree says at a path, or what it means by saying nothing. */
function valueIn(tree: Tree, path: readonly string[]): unknown {
  const given = valueAtPath(tree, path);
  if (given !== undefined) return given;
  const defaults = check({});
  return defaults.ok ? valueAtPath(defaults.config, path) : undefined;
}
