import { readdirSync } from 'node:fs';
import { packageFile } from './package-file.ts';

/** The presets that `config/presets` holds, by file name. */
export function presetNames(): string[] {
  const files = readdirSync(packageFile('config/presets'));
  return files.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : [])).sort();
}
