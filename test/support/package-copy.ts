import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../src/config/package-file.ts';

/** Another version of this package, in a folder of its own, as it is installed beside the one that runs. */
export interface PackageCopy {
  readonly directory: string;
  readonly main: string;
}

/** @param change alters files of the copy */
export function copyPackage(version: string, change: (directory: string) => void = () => undefined): PackageCopy {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-package-'));
  for (const part of ['dist/src', 'config', 'docs'])
    cpSync(packageFile(part), join(directory, part), { recursive: true });
  const manifest = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as object;
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ ...manifest, version }));
  symlinkSync(packageFile('node_modules'), join(directory, 'node_modules'));
  change(directory);
  return { directory, main: join(directory, 'dist/src/cli/main.js') };
}
