import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';

/** Real programs the tests talk to. In CI all of them must be there; elsewhere a test without its program is skipped. */

/** The path of a program, or null after the test has been skipped. @throws in CI when it is missing */
export function requireProgram(name: string, context: TestContext): string | null {
  const found = findProgram(name);
  if (found !== null) return found;
  if (process.env['CI'] === 'true') throw new Error(`${name} is not installed, and in CI nothing is skipped`);
  context.skip(`${name} is not installed`);
  return null;
}

export function findProgram(name: string): string | null {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const paths = directories.map((directory) => join(directory, name));
  return (
    paths.find((path) => existsSync(path) && spawnSync(path, ['--version'], { stdio: 'ignore' }).error === undefined) ??
    null
  );
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** Runs a program to its end; ends it after `limitMs`. */
export function runProgram(path: string, args: readonly string[], input = '', limitMs = 60_000): Promise<Outcome> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('latin1')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('latin1')));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr, tookMs: performance.now() - startedMs });
    });
    child.stdin.end(input);
  });
}
