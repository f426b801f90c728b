import { fileURLToPath } from 'node:url';

/** The path of a file of this package, e.g. "config/gateway.json", from the sources as from the compiled form. */
export function packageFile(path: string): string {
  const compiled = import.meta.url.endsWith('.js');
  return fileURLToPath(new URL(`${compiled ? '../../../' : '../../'}${path}`, import.meta.url));
}
