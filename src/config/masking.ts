/** What is a secret in a configuration, judged by the key's name, and how it is shown: never. */

const SECRET = /(?<!by)pass|secret|token|credential/i;
/** A file that holds a secret is named openly: an operator has to find it. */
const NAMES_A_FILE = /file$/i;
/** User and password in front of the host of a URL, or of an address that is written without its scheme. */
const USER_INFO = /(^|\/\/)[^/@\s]*@/g;
/** Signatures and keys in the query of a URL, e.g. of a shared access signature. */
const QUERY_SECRET = /([?&](?:sig|signature|token|key|code|secret|password)=)[^&\s]+/gi;

export const MASK = '***';

/** True for "password", "passwordHash" and "token"; a secret may stand where none belongs, so the name alone decides. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name) && !NAMES_A_FILE.test(name);
}

/** A copy in which every secret that is set reads "***", user information in URLs included; "" stays "", so that one sees it is not set. */
export function maskSecrets(value: unknown, name = ''): unknown {
  if (typeof value === 'boolean' || value === null || value === undefined) return value;
  if (isSecretName(name)) return isSet(value) ? MASK : value;
  if (Array.isArray(value)) return value.map((inner) => maskSecrets(inner));
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskSecrets(inner, key)]));
  }
  return typeof value === 'string' ? value.replace(USER_INFO, `$1${MASK}@`).replace(QUERY_SECRET, `$1${MASK}`) : value;
}

/** True when a secret is set anywhere in it: then the file belongs to its owner alone. */
export function holdsSecret(value: unknown, name = ''): boolean {
  if (typeof value !== 'object' || value === null) return isSecretName(name) && isSet(value);
  if (isSecretName(name)) return isSet(value);
  return Object.entries(value).some(([key, inner]) => holdsSecret(inner, Array.isArray(value) ? name : key));
}

function isSet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== '' && value !== undefined && value !== null && typeof value !== 'boolean';
}
