import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tree } from '../../src/config/file.ts';
import { MAIN } from './gateway.ts';

/** The command `oms-gateway` with a configuration file of its own, as an administrator runs it. */

export interface CliOutcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Cli {
  readonly file: string;
  readonly directory: string;
  /** Runs a command on the file, which OMS_GATEWAY_CONFIG names; ends it after 30 s. */
  run(words: readonly string[], options?: CliOptions): Promise<CliOutcome>;
  text(): string;
  tree(): Tree;
  write(text: string): void;
}

/** No gateway is at home: the admin API is off unless the tree says otherwise. */
export function cliWith(tree: Tree = {}): Cli {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-cli-'));
  const file = join(directory, 'gateway.json');
  const write = (text: string): void => {
    writeFileSync(file, text);
  };
  write(`${JSON.stringify({ admin: { port: 0 }, ...tree }, null, 2)}\n`);
  return {
    file,
    directory,
    write,
    text: () => readFileSync(file, 'utf8'),
    tree: () => JSON.parse(readFileSync(file, 'utf8')) as Tree,
    run: (words, { input = '', environment = {} } = {}) =>
      new Promise((resolve, reject) => {
        const env = { ...process.env, OMS_GATEWAY_CONFIG: file, ...environment };
        const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['pipe', 'pipe', 'pipe'], env });
        const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
        let out = '';
        let err = '';
        child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
        child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
        child.stdin.on('error', () => undefined);
        child.on('error', reject);
        child.on('close', (code) => {
          clearTimeout(timer);
          resolve({ code, out, err });
        });
        child.stdin.end(input);
      }),
  };
}
