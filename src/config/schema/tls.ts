import { z } from 'zod';
import { certificateFileProblem } from '../certificate-file.ts';
import { checked, key, oneOf } from './parts.ts';

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
  clientCertificate: oneOf(
    ['when-requested', 'always'],
    'when-requested',
    'With allowedClientCertificates: check the client certificate where the destination asks for one, or refuse destinations that do not ask.',
  ),
  hiddenClientCertificate: oneOf(
    ['allow', 'reject'],
    'allow',
    'With allowedClientCertificates: TLS 1.3 encrypts the client certificate; let such sessions pass, or refuse them with protocol_version.',
  ),
  serverCertificate: oneOf(
    ['off', 'report', 'enforce'],
    'off',
    'Certificate of the destination, up to TLS 1.2: not looked at, verified and reported, or refused when it is not valid.',
  ),
  trustedCertificates: key(
    checked(certificateFileProblem).default(''),
    'a file name',
    'the name of a file of PEM certificates, or "" for those of the system',
    'Authorities that tls.serverCertificate trusts; "" are those of the system and of Node.js.',
  ),
});

export const tls = tlsKeys.superRefine(({ minVersion, maxVersion }, context) => {
  if (maxVersion >= minVersion) return;
  const message = `is below tls.minVersion "${minVersion}"; no TLS session could pass`;
  context.addIssue({ code: 'custom', path: ['maxVersion'], message });
});
