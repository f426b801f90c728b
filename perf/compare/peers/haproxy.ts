import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVersion, requireProgram } from '../find.ts';
import type { Peer, PeerSite } from './peer.ts';

/** HAProxy in TCP mode reads the server name of the ClientHello and connects to one server. It has no CONNECT. */

export const haproxy = haproxyPeer('haproxy', 'HAProxy, TCP mode', null);
export const haproxyLargeBuffers = haproxyPeer('haproxy-256k', 'HAProxy, TCP mode, 256 KB buffers', 262_144);

function haproxyPeer(key: string, label: string, bufferBytes: number | null): Peer {
  return {
    key,
    label,
    broughtBy: 'Debian package haproxy',
    isDirect: true,
    remark: 'speaks no CONNECT: reached directly, which spares it one round trip and one message each way',
    find: () => findVersion('haproxy', ['-v'], /version (\S+)/),
    prepare: (site) => {
      const file = join(site.directory, 'haproxy.cfg');
      writeFileSync(file, configuration(site, bufferBytes));
      return { program: requireProgram('haproxy'), args: ['-db', '-f', file] };
    },
  };
}

function configuration({ port, host, address, originPort, descriptors }: PeerSite, bufferBytes: number | null): string {
  // Two sockets a connection, and a pipe (two more) for a quarter of them.
  const connections = Math.floor((descriptors - 500) / 2.6);
  return `global
  maxconn ${Math.min(connections, 7_000)}
  nbthread 1
  tune.pipesize 1048576
${bufferBytes === null ? '' : `  tune.bufsize ${bufferBytes}\n`}
defaults
  mode tcp
  option splice-auto
  timeout connect 5s
  timeout client 600s
  timeout server 600s

listen tunnels
  bind 127.0.0.1:${port}
  tcp-request inspect-delay 5s
  tcp-request content accept if { req.ssl_hello_type 1 } { req.ssl_sni -i ${host} }
  tcp-request content reject
  server origin ${address}:${originPort}
`;
}
