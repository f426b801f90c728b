import { z } from 'zod';
import { addressEntry, port, rangeEntry } from './entries.ts';
import { listenTls } from './listen-tls.ts';
import { key, oneOf } from './parts.ts';

/** `listen`: where clients connect, and who may say for whom it connects. */

const listenKeys = z.strictObject({
  host: key(
    addressEntry.default('::'),
    'an address',
    'an IP address',
    'Address to listen on; "::" is every address of both families.',
  ),
  port: key(port.default(8080), 'a port', 'a whole number from 1 to 65535', 'Port to listen on.'),
  proxyProtocol: oneOf(
    ['off', 'accept', 'require'],
    'off',
    'PROXY protocol (versions 1 and 2) of a load balancer in front: not spoken, believed where a trusted one sends it, or required of every connection.',
  ),
  trustedProxies: key(
    z.array(rangeEntry).default([]),
    'a list of ranges',
    'a list of address ranges',
    'Load balancers whose PROXY header is believed; with proxyProtocol "require" nobody else may connect.',
  ),
  tls: listenTls.prefault({}),
});

export const listen = listenKeys.superRefine(({ proxyProtocol, trustedProxies, tls }, context) => {
  if (proxyProtocol !== 'off' && tls.certificate !== '') {
    const message =
      'cannot be used together with listen.tls.certificate: the header stands in front of the TLS handshake';
    context.addIssue({ code: 'custom', path: ['proxyProtocol'], message });
  }
  if (proxyProtocol === 'off' || trustedProxies.length > 0) return;
  const message = `is not enough with listen.proxyProtocol "${proxyProtocol}"; expected the addresses of the load balancers, because a header of anybody could name any client`;
  context.addIssue({ code: 'custom', path: ['trustedProxies'], message });
});
