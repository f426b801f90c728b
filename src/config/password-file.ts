import { closeSync, openSync, readSync } from 'node:fs';
import type { Loaded } from './load.ts';
import type { Problem } from './problems.ts';
import type { Config } from './schema.ts';

/**
 * Secrets that stand in files of their own (`relayProxy.passwordFile`): read when the gateway starts or reloads, so that
 * a wrong file is a wrong configuration and not a surprise of the first tunnel.
 */

const SIZE_LIMIT = 4096;

type RelayKeys = Extract<Config['relayProxy'], { readonly address: string }>;

/** The configuration with the passwords that its files hold; problems name the key and never show what a file holds. */
export function readPasswordFiles(loaded: Loaded): Loaded {
  if (!loaded.ok) return loaded;
  const problems: Problem[] = [];
  const { relayProxy } = loaded.config;
  const filled = Array.isArray(relayProxy)
    ? relayProxy.map((relay, index) => withPassword(relay, `relayProxy[${index}].passwordFile`, problems))
    : withPassword(relayProxy, 'relayProxy.passwordFile', problems);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, config: Object.freeze({ ...loaded.config, relayProxy: filled }) };
}

function withPassword(relay: RelayKeys, path: string, problems: Problem[]): RelayKeys {
  const { passwordFile } = relay;
  if (passwordFile === '' || relay.address === '') return relay;
  const read = firstLine(passwordFile);
  if (read.problem === null) return Object.freeze({ ...relay, password: read.line });
  problems.push({ path, message: `${passwordFile} ${read.problem}` });
  return relay;
}

function firstLine(file: string): { readonly line: string; readonly problem: string | null } {
  const buffer = new Uint8Array(SIZE_LIMIT + 1);
  let length: number;
  try {
    const fd = openSync(file, 'r');
    try {
      length = readSync(fd, buffer, 0, buffer.length, 0);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return { line: '', problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
  }
  if (length > SIZE_LIMIT) return { line: '', problem: `is longer than ${SIZE_LIMIT} bytes` };
  const text = new TextDecoder('utf-8').decode(buffer.subarray(0, length));
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  if (line === '') return { line, problem: 'is empty; its first line is to be the password' };
  return /[\p{Cc}\ufffd]/u.test(line)
    ? { line: '', problem: 'has something in it that is no UTF-8 text' }
    : { line, problem: null };
}
