import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageFile } from '../../../src/config/package-file.ts';
import { checkLinuxEngine, tryEverything } from '../../../src/engine/linux/self-check.ts';
import { buildForbid } from '../../support/forbid.ts';
import { descriptors } from '../../support/process-facts.ts';
import { requireProgram } from '../../support/programs.ts';

const CHECK = packageFile('dist/src/engine/linux/self-check.js');
const ASK = `import(${JSON.stringify(CHECK)}).then((check) => console.log(JSON.stringify(check.checkLinuxEngine())))`;

describe('the self-check of the Linux engine', () => {
  it('finds nothing here, and leaves no descriptor behind', () => {
    assert.equal(checkLinuxEngine(), null);
    const before = descriptors('self');
    assert.equal(tryEverything(), null);
    assert.deepEqual(descriptors('self').length, before.length);
  });

  it('names the platform or processor it does not know', () => {
    assert.equal(on('platform', 'darwin'), 'it needs Linux, this is darwin');
    assert.equal(on('arch', 's390x'), 'it needs x64 or arm64, this is s390x');
  });

  it('says that koffi is not installed, or that it does not load', () => {
    assert.equal(withoutKoffi("Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' })"), MISSING);
    assert.equal(
      withoutKoffi("new Error('no binary for this platform\\nRequire stack')"),
      'no binary for this platform',
    );
  });

  it('says which call a filter refuses, and survives one that kills', (context) => {
    const compiler = requireProgram('cc', context);
    if (compiler === null) return;
    const forbid = buildForbid(compiler);
    assert.match(ask([forbid, 'refuse']), /^a connection on loopback failed: EPERM$/);
    assert.equal(ask([forbid, 'kill']), 'a system call is forbidden here (the check died of SIGSYS)');
  });
});

const MISSING = 'the package koffi is not installed';

function on(property: 'platform' | 'arch', value: string): string | null {
  const before = process[property];
  Object.defineProperty(process, property, { value });
  try {
    return checkLinuxEngine();
  } finally {
    Object.defineProperty(process, property, { value: before });
  }
}

/** What the check says in a process of its own that `launcher` starts. */
function ask(launcher: readonly string[], more: readonly string[] = []): string {
  const command = [...launcher, process.execPath, ...more, '--eval', ASK];
  const [program = '', ...args] = command;
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as string;
}

/** The same where requiring koffi throws `error`, a JavaScript expression. */
function withoutKoffi(error: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-koffi-'));
  const file = join(directory, 'without.cjs');
  const source = `
    const Module = require('node:module');
    const load = Module._load;
    Module._load = (name, ...rest) => {
      if (name === 'koffi') throw ${error};
      return load(name, ...rest);
    };`;
  writeFileSync(file, source);
  try {
    return ask([], ['--require', file]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
