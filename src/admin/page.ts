import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../config/package-file.ts';

/**
 * The files of the status page. They are read once, from this package alone; nothing in them depends on who asks, so they
 * are given to everybody, and what they show is asked of the API with the token.
 */

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

/** Nothing but what is served here runs, is shown or is asked; nobody frames the page. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Program text is compiled beside this file. */
const SCRIPTS = fileURLToPath(new URL('../page/', import.meta.url));
/** What the page shares with the gateway. */
const SHARED = fileURLToPath(new URL('../languages/', import.meta.url));

/** @throws when the package is not complete */
export function readAssets(): Asset[] {
  return [
    asset('/', packageFile('config/page/index.html'), 'text/html; charset=utf-8'),
    asset('/style.css', packageFile('config/page/style.css'), 'text/css; charset=utf-8'),
    asset('/icon.svg', packageFile('config/page/icon.svg'), 'image/svg+xml'),
    ...named(SCRIPTS, '.js').map((name) =>
      asset(`/page/${name}`, `${SCRIPTS}${name}`, 'text/javascript; charset=utf-8'),
    ),
    ...['tags.js', 'text.js'].map((name) =>
      asset(`/languages/${name}`, `${SHARED}${name}`, 'text/javascript; charset=utf-8'),
    ),
    ...named(packageFile('config/page/texts'), '.json').map((name) =>
      asset(`/texts/${name}`, packageFile(`config/page/texts/${name}`), 'application/json; charset=utf-8'),
    ),
  ];
}

function named(directory: string, ending: string): string[] {
  return existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith(ending)) : [];
}

function asset(path: string, file: string, type: string): Asset {
  return { path, type, body: readFileSync(file) };
}
