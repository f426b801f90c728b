import { readFileSync } from 'node:fs';

/** What is wrong with a file of trusted certificates, or null. Verification of servers must not fail later for want of it. */
export function certificateFileProblem(file: string): string | null {
  if (file === '') return null;
  if (/\p{Cc}/u.test(file)) return 'has a control character in it; write \\\\ for a backslash';
  try {
    const text = readFileSync(file, 'latin1');
    return /-----BEGIN (?:X509 )?CERTIFICATE-----[^-]+-----END /.test(text)
      ? null
      : 'holds no certificate; expected PEM with "-----BEGIN CERTIFICATE-----"';
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return `cannot be read (${code}); expected the name of a file of PEM certificates`;
  }
}
