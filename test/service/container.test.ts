import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';

const lines = readFileSync(packageFile('Containerfile'), 'utf8').split('\n');
const of = (instruction: string): string[] =>
  lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));

describe('the Containerfile', () => {
  it('copies what is there', () => {
    for (const copy of of('COPY')) {
      const words = copy.split(/\s+/).filter((word) => !word.startsWith('--'));
      const sources = words.slice(0, -1).map((word) => word.replace(/^\/build\//, ''));
      assert.ok(sources.length > 0, copy);
      for (const source of sources) assert.ok(existsSync(packageFile(source)), `${source} of COPY ${copy}`);
    }
  });

  it('runs the program of the package, as nobody in particular', () => {
    const [entry = ''] = of('ENTRYPOINT');
    const [node, main = ''] = JSON.parse(entry) as string[];
    assert.equal(node, 'node');
    assert.ok(existsSync(packageFile(main.replace('/opt/oms-gateway/', ''))), main);
    assert.match(of('USER').join(), /^65532:65532$/);
    assert.ok(of('CMD')[0]?.includes('/etc/oms-gateway/gateway.json'));
    assert.ok(of('COPY').some((copy) => copy.endsWith(' /etc/oms-gateway/gateway.json')));
  });
});

describe('the package', () => {
  it('holds what a service needs', () => {
    const { stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: packageFile('.'),
      encoding: 'utf8',
    });
    assert.notEqual(stdout, '', stderr);
    const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
    const paths = new Set(packed?.files.map(({ path }) => path));
    for (const path of [
      'package.json',
      'LICENSE',
      'dist/src/cli/main.js',
      'dist/src/cluster/worker-main.js',
      'dist/src/engine/linux/thread.js',
      'config/gateway.json',
      'config/systemd/oms-gateway.service',
      'config/systemd/oms-gateway.socket',
      'config/systemd/oms-gateway.sysusers.conf',
      'docs/service.md',
      'docs/windows.md',
    ]) {
      assert.ok(paths.has(path), path);
    }
    assert.deepEqual(
      [...paths].filter((path) => path.startsWith('dist/test')),
      [],
    );
  });
});
