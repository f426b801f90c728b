import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVersion, requireProgram } from '../find.ts';
import type { Peer, PeerSite } from './peer.ts';

export const tinyproxy: Peer = {
  key: 'tinyproxy',
  label: 'tinyproxy',
  broughtBy: 'Debian package tinyproxy-bin',
  isDirect: false,
  remark: "leaves Nagle's algorithm on, which costs it 40 ms a tunnel: waiting, not processor time",
  find: () => findVersion('tinyproxy', ['-v'], /tinyproxy (\S+)/),
  prepare: (site) => {
    const file = join(site.directory, 'tinyproxy.conf');
    writeFileSync(join(site.directory, 'filter'), `^${site.host.replaceAll('.', '\\.')}$\n`);
    writeFileSync(file, configuration(site));
    return { program: requireProgram('tinyproxy'), args: ['-d', '-c', file] };
  },
};

function configuration({ directory, port, originPort, descriptors }: PeerSite): string {
  return `Port ${port}
Listen 127.0.0.1
Allow 127.0.0.1
Timeout 600
MaxClients ${Math.min(9_000, Math.floor(descriptors / 2) - 100)}
ConnectPort ${originPort}
Filter "${directory}/filter"
FilterExtended On
FilterDefaultDeny Yes
DisableViaHeader Yes
LogLevel Critical
LogFile "${directory}/tinyproxy.log"
`;
}
