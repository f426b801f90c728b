import type { Fields } from '../events/reasons.ts';
import { fillText } from '../events/text.ts';
import { ACCESS_TEXTS } from './texts/access.ts';
import { CLIENT_TEXTS } from './texts/client.ts';
import { EDIT_TEXTS } from './texts/edit.ts';
import { GATEWAY_TEXTS } from './texts/gateway.ts';
import { HELP_TEXTS } from './texts/help.ts';
import { REFERENCE_TEXTS } from './texts/reference.ts';
import { RELAY_TEXTS } from './texts/relay.ts';
import { SERVICE_TEXTS } from './texts/service.ts';
import { SETUP_TEXTS } from './texts/setup.ts';
import { UPGRADE_TEXTS } from './texts/upgrade.ts';

/** Every sentence that commands say, by its key; English is the source. One file for each subject stands in `texts/`. */
export const TEXTS = {
  ...ACCESS_TEXTS,
  ...CLIENT_TEXTS,
  ...EDIT_TEXTS,
  ...GATEWAY_TEXTS,
  ...HELP_TEXTS,
  ...REFERENCE_TEXTS,
  ...RELAY_TEXTS,
  ...SERVICE_TEXTS,
  ...SETUP_TEXTS,
  ...UPGRADE_TEXTS,
} as const;

export type TextKey = keyof typeof TEXTS;

/** The sentence of a key with its {placeholders} filled. */
export function text(key: TextKey, fields: Fields = {}): string {
  return fillText(TEXTS[key], fields);
}
