import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

/**
 * Runs every test file and ends with one line, `N passed, N failed, N skipped`. Arguments choose files by part of their
 * path. In CI a skipped test is a failure: there everything the tests need is installed.
 */

const compiled = fileURLToPath(new URL('.', import.meta.url));
const sources = fileURLToPath(new URL('../../test/', import.meta.url));
const wanted = process.argv.slice(2);
// Sentences are compared in English, whatever the language of whoever runs the tests.
process.env['LC_ALL'] = 'C';

const files = testFiles(compiled).filter((file) => {
  const name = relative(compiled, file);
  // A compiled test whose source is gone is left from an older build.
  const hasSource = existsSync(join(sources, name.replace(/\.js$/, '.ts')));
  return hasSource && (wanted.length === 0 || wanted.some((part) => name.includes(part)));
});

const counts = { passed: 0, failed: 0, skipped: 0 };
/** Files that ended well without a single test: one that ends its process early would otherwise pass unseen. */
const silent: string[] = [];
/** Tests with real programs and whole gateways in which the engine counts: once with the default one, once with the portable one. */
const ON_BOTH_ENGINES = /^(clients|handshakes|cluster\/(admin|crash|workers)\.)/;
/** One that does that itself. */
const NAMES_ITS_ENGINE = /^handshakes\/server-certificate\./;
const twice = files.filter((file) => {
  const name = relative(compiled, file);
  return ON_BOTH_ENGINES.test(name) && !NAMES_ITS_ENGINE.test(name);
});

await runAll(files);
if (twice.length > 0 && process.env['TEST_ENGINE'] === undefined) {
  process.stdout.write('\nOnce more with the portable engine:\n\n');
  process.env['TEST_ENGINE'] = 'portable';
  await runAll(twice);
}
counts.failed += silent.length;
for (const file of silent) process.stdout.write(`\n${relative(compiled, file)} reported no test\n`);
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
const skipsCount = process.env['CI'] === 'true' && counts.skipped > 0;
process.exitCode = counts.failed > 0 || counts.passed === 0 || skipsCount ? 1 : 0;

/** Runs the files and counts their tests; the reporter gets a moment to write its summary. */
async function runAll(these: readonly string[]): Promise<void> {
  const stream = run({ files: these, concurrency: 4, timeout: 300_000, forceExit: false });
  stream.on('test:pass', ({ name, skip, details }) => {
    if (details.type === 'suite') return;
    if (isFile(name)) silent.push(name);
    else if (skip === undefined) counts.passed += 1;
    else counts.skipped += 1;
  });
  stream.on('test:fail', ({ details }) => {
    const { failureType } = details.error as { failureType?: string };
    // A suite or a parent test fails because of its tests, which are counted, or by itself: in a hook, in its own body.
    if (failureType !== 'subtestsFailed') counts.failed += 1;
  });
  stream.pipe(new spec()).pipe(process.stdout, { end: false });
  await once(stream, 'end');
  await new Promise((resolve) => setTimeout(resolve, 100));
}

function testFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return testFiles(path);
    return entry.name.endsWith('.test.js') ? [path] : [];
  });
}

/** Node reports a file as a test when it fails as a whole or has no tests. */
function isFile(name: string): boolean {
  return name.endsWith('.test.js');
}
