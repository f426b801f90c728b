/**
 * Types of name attributes with the names they go by (RFC 4514 section 3, RFC 4519, RFC 2985, and what OpenSSL and
 * Windows print). The first name of each is the one that is written.
 */
const NAMES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  '2.5.4.3': ['CN', 'commonName'],
  '2.5.4.4': ['SN', 'surname'],
  '2.5.4.5': ['serialNumber'],
  '2.5.4.6': ['C', 'countryName'],
  '2.5.4.7': ['L', 'localityName'],
  // Windows writes S.
  '2.5.4.8': ['ST', 'S', 'stateOrProvinceName'],
  '2.5.4.9': ['STREET', 'streetAddress'],
  '2.5.4.10': ['O', 'organizationName'],
  '2.5.4.11': ['OU', 'organizationalUnitName'],
  '2.5.4.12': ['title', 'T'],
  '2.5.4.13': ['description'],
  '2.5.4.15': ['businessCategory'],
  '2.5.4.17': ['postalCode'],
  '2.5.4.41': ['name'],
  '2.5.4.42': ['GN', 'G', 'givenName'],
  '2.5.4.43': ['initials', 'I'],
  '2.5.4.44': ['generationQualifier'],
  '2.5.4.46': ['dnQualifier'],
  '2.5.4.65': ['pseudonym'],
  '2.5.4.97': ['organizationIdentifier'],
  '0.9.2342.19200300.100.1.1': ['UID', 'userId'],
  '0.9.2342.19200300.100.1.25': ['DC', 'domainComponent'],
  '1.2.840.113549.1.9.1': ['emailAddress', 'E', 'email'],
};

const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([type, names]) => names.map((name) => [name.toLowerCase(), type] as const)),
);

export const COMMON_NAME = '2.5.4.3';

/** "CN" for "2.5.4.3"; the object identifier itself where no name is known. */
export function attributeName(type: string): string {
  return NAMES[type]?.[0] ?? type;
}

/** "2.5.4.3" for "CN", "cn", "commonName", "2.5.4.3" and "OID.2.5.4.3"; null for what is no known name. */
export function attributeType(text: string): string | null {
  const dotted = text.replace(/^oid\./i, '');
  if (/^[0-2](?:\.(?:0|[1-9]\d{0,15}))+$/.test(dotted)) return dotted;
  return TYPES.get(text.toLowerCase()) ?? null;
}
