import { utf8Text } from './utf8.ts';

/** The credentials of Basic authentication (RFC 7617), read strictly. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** token68 of RFC 9110 section 11.2, as base64 (RFC 4648 section 4); padding may be left out. */
const FORM = /^basic +([A-Za-z0-9+/]+)={0,2}$/i;
const CONTROL = /\p{Cc}/u;

/** @param value of Proxy-Authorization. @returns null when it is another scheme, or not well formed */
export function readBasicCredentials(value: string): BasicCredentials | null {
  const encoded = FORM.exec(value)?.[1];
  if (encoded === undefined || encoded.length % 4 === 1) return null;
  const text = utf8Text(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)));
  if (text === null || CONTROL.test(text)) return null;
  const colon = text.indexOf(':');
  return colon < 0 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
