import { readFileSync } from 'node:fs';
import type { KeyPath } from '../config/key-path.ts';
import { keyPathText, readKeyPath, valueAtPath } from '../config/key-path.ts';
import { readValue } from '../config/environment.ts';
import { MASK, holdsSecret, maskSecrets } from '../config/masking.ts';
import type { EditOptions } from './edit.ts';
import { runEdit } from './edit.ts';
import { EXIT } from './exit-code.ts';
import { printJson, printLines, warnLines } from './options.ts';
import { askPassword } from './relay-proxy.ts';
import { configFile, loadFile } from './sources.ts';
import { problemText, text } from './text.ts';

/** `config get`, `set` and `unset`: single keys by their path. */

/** The configuration as a gateway that starts here would have it, or one key of it; secrets masked. @returns the exit code */
export function getKey(options: Pick<EditOptions, 'config' | 'json'>, name: string | undefined): number {
  const loaded = loadFile(configFile({ ...options }));
  if (!loaded.ok) {
    warnLines(loaded.problems.map(problemText));
    return EXIT.configuration;
  }
  const masked = maskSecrets(loaded.config);
  if (name === undefined) {
    printJson(masked);
    return EXIT.done;
  }
  const key = readKeyPath(name);
  if (!key.ok) return unknownKey(name, key);
  const value = valueAtPath(masked, key.path);
  if (value === undefined) {
    warnLines([text('config.no-value', { key: keyPathText(key.path) })]);
    return EXIT.failed;
  }
  if (options.json === true) printJson(value);
  else if (isPlainList(value)) printLines(value.map(String));
  else if (typeof value === 'string') printLines([value]);
  else printJson(value);
  return EXIT.done;
}

function isPlainList(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.every((entry) => typeof entry !== 'object');
}

/** Without a value a secret is asked for, or read from standard input. @returns the exit code */
export async function setKey(options: EditOptions, name: string, given: string | undefined): Promise<number> {
  const key = readKeyPath(name);
  if (!key.ok) return unknownKey(name, key);
  const path = keyPathText(key.path);
  const valueText = given ?? (key.secret ? await readSecret(path) : null);
  if (valueText === null) {
    warnLines([text('config.needs-value', { key: path })]);
    return EXIT.usage;
  }
  const value = readValue(key.kind, valueText);
  if (given !== undefined && holdsSecret(value, key.secret ? 'secret' : '')) {
    warnLines([text('edit.secret-argument', { better: `oms-gateway config set ${path}` })]);
  }
  const shown = key.secret ? MASK : JSON.stringify(maskSecrets(value));
  return await runEdit(options, (_, file) => ({
    changes: [{ kind: 'set', path: key.path, value }],
    did: [text('config.set', { key: path, value: shown, file })],
  }));
}

/** @returns the exit code */
export async function unsetKey(options: EditOptions, name: string): Promise<number> {
  const key = readKeyPath(name);
  if (!key.ok) return unknownKey(name, key);
  return await runEdit(options, (tree, file) => ({
    changes: valueAtPath(tree, key.path) === undefined ? [] : [{ kind: 'set', path: key.path, value: undefined }],
    did: [text('config.unset', { key: keyPathText(key.path), file })],
  }));
}

async function readSecret(path: string): Promise<string | null> {
  if (process.stdin.isTTY) return await askPassword(text('config.ask-secret', { key: path }));
  return /^[^\r\n]*/.exec(readFileSync(0, 'utf8'))?.[0] ?? null;
}

function unknownKey(name: string, { meant }: Extract<KeyPath, { ok: false }>): number {
  const hint = meant === null ? text('config.see-list') : text('config.did-you-mean', { key: meant });
  warnLines([text('config.unknown-key', { key: name, hint })]);
  return EXIT.usage;
}
