const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** True for an id of a workspace or an account, "0a1b2c3d-0000-4000-8000-000000000000", in either case. */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}
