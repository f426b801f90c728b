/** Bytes as text, one character each (ISO 8859-1). For short ones: each byte is an argument of one call. */
export function latin1Text(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
