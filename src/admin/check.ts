import { z } from 'zod';
import type { Authority } from '../address/authority.ts';
import { parseAuthority } from '../address/authority.ts';
import { parseConfiguredHost } from '../address/host.ts';

import type { LanguageTag } from '../languages/tags.ts';
import { LANGUAGES } from '../languages/tags.ts';

/** The question of /check: what do the rules say of a destination? */

/** Asked of whatever answers with sentences. */
export const languageSchema = z.enum(LANGUAGES as readonly [LanguageTag, ...LanguageTag[]]).optional();

export const checkQuerySchema = z.strictObject({
  destination: z.string().min(1).max(300).describe('HOST or HOST:PORT; HOST alone means port 443.'),
  language: languageSchema.describe('Of rule and remedy; English when it is left out.'),
});

export const checkSchema = z.strictObject({
  destination: z.string(),
  allowed: z.boolean(),
  rule: z.string().describe('The rule that allows, or the sentence that refuses.'),
  remedy: z.string().nullable().describe('What would have to be configured, when it is refused.'),
});

const HTTPS_PORT = 443;

/** HOST alone means port 443. Answers what is wrong when it is neither that nor HOST:PORT. */
export function readDestination(text: string): Authority | string {
  const bare = parseConfiguredHost(text);
  if (bare.ok) return { host: bare.host, port: HTTPS_PORT };
  const parsed = parseAuthority(text);
  return parsed.ok ? parsed.authority : parsed.detail;
}
