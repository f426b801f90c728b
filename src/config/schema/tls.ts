import { z } from 'zod';
import { oneOf } from './parts.ts';

/** `tls`: what is asked of handshakes. */

const tlsKeys = z.strictObject({
  minVersion: oneOf(
    ['1.0', '1.1', '1.2', '1.3'],
    '1.2',
    'Lowest TLS version; a ClientHello that offers nothing from here to maxVersion is refused.',
  ),
  maxVersion: oneOf(['1.0', '1.1', '1.2', '1.3'], '1.3', 'Highest TLS version.'),
  missingSni: oneOf(
    ['reject', 'allow'],
    'reject',
    'What to do with a ClientHello without server name when CONNECT named a host.',
  ),
  encryptedClientHello: oneOf(
    ['reject', 'reject-mismatch', 'allow'],
    'reject-mismatch',
    'Encrypted ClientHello: refuse it, let it pass while the visible name equals the CONNECT host, or let it pass with any visible name.',
  ),
});

export const tls = tlsKeys.superRefine(({ minVersion, maxVersion }, context) => {
  if (maxVersion >= minVersion) return;
  const message = `is below tls.minVersion "${minVersion}"; no TLS session could pass`;
  context.addIssue({ code: 'custom', path: ['maxVersion'], message });
});
