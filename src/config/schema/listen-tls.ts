import { z } from 'zod';
import { certificateFileProblem, keyFileProblem } from '../certificate-file.ts';
import { checked, key, oneOf } from './parts.ts';

/** `listen.tls`: what encrypts the way from the client to the gateway. */

const listenTlsKeys = z.strictObject({
  certificate: key(
    checked(certificateFileProblem).default(''),
    'the name of a file',
    'the name of a file of PEM certificates',
    'The certificate of the gateway with its chain: clients then speak TLS to it ("https://" proxy). A new file is taken up by itself.',
  ),
  key: key(
    checked(keyFileProblem).default(''),
    'the name of a file',
    'the name of a PEM file',
    'The private key of that certificate, without a passphrase.',
  ),
  clientAuthorities: key(
    checked(certificateFileProblem).default(''),
    'the name of a file',
    'the name of a file of PEM certificates',
    'Authorities of client certificates: every client has to show one of theirs, whose subject allowedClientCertificates allows.',
  ),
  minVersion: oneOf(['1.2', '1.3'], '1.2', 'Lowest TLS version spoken with clients.'),
});

export const listenTls = listenTlsKeys.superRefine(({ certificate, key: keyFile, clientAuthorities }, context) => {
  const need = (path: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [path], message });
  };
  if (certificate !== '' && keyFile === '')
    need('key', 'is not enough with listen.tls.certificate; expected the file of its private key');
  if (certificate === '' && keyFile !== '')
    need('certificate', 'is not enough with listen.tls.key; expected the file of its certificate');
  if (certificate === '' && clientAuthorities !== '') {
    need(
      'certificate',
      'is not enough with listen.tls.clientAuthorities; clients show certificates only to a gateway that has one',
    );
  }
});
