import { readFileSync } from 'node:fs';

/** What is wrong with a file of trusted certificates, or null. Verification of servers must not fail later for want of it. */
export function certificateFileProblem(file: string): string | null {
  return pemProblem(file, 'PEM certificates', (text) =>
    /-----BEGIN (?:X509 )?CERTIFICATE-----[^-]+-----END /.test(text)
      ? null
      : 'holds no certificate; expected PEM with "-----BEGIN CERTIFICATE-----"',
  );
}

/** What is wrong with the file of a private key, or null. */
export function keyFileProblem(file: string): string | null {
  return pemProblem(file, 'a PEM private key', (text) => {
    if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
      return 'is encrypted; a service has nobody to ask for the passphrase, so expected a key without one, readable by the gateway only';
    }
    return /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[^-]+-----END /.test(text)
      ? null
      : 'holds no private key; expected PEM with "-----BEGIN PRIVATE KEY-----"';
  });
}

/** @param what completes "the name of a file of …" */
function pemProblem(file: string, what: string, judge: (text: string) => string | null): string | null {
  if (file === '') return null;
  if (/\p{Cc}/u.test(file)) return 'has a control character in it; write \\\\ for a backslash';
  try {
    return judge(readFileSync(file, 'latin1'));
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return `cannot be read (${code}); expected the name of a file of ${what}`;
  }
}
