import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVersion, requireProgram } from '../find.ts';
import type { Peer, PeerSite } from './peer.ts';

export const squid: Peer = {
  key: 'squid',
  label: 'Squid',
  broughtBy: 'Debian package squid',
  isDirect: false,
  remark: '',
  find: () => findVersion('squid', ['-v'], /Version (\S+)/),
  prepare: (site) => {
    const file = join(site.directory, 'squid.conf');
    writeFileSync(join(site.directory, 'hosts'), `${site.address} ${site.host}\n`);
    writeFileSync(file, configuration(site));
    return { program: requireProgram('squid'), args: ['-N', '-f', file] };
  },
};

function configuration({ directory, port, host, originPort, descriptors }: PeerSite): string {
  return `http_port 127.0.0.1:${port}
acl origin_port port ${originPort}
acl origin_host dstdomain ${host}
acl tunnels method CONNECT
http_access deny !tunnels
http_access deny !origin_port
http_access allow origin_host
http_access deny all
hosts_file ${directory}/hosts
cache deny all
access_log none
cache_log ${directory}/cache.log
cache_store_log none
pid_filename none
pinger_enable off
coredump_dir ${directory}
max_filedescriptors ${descriptors}
shutdown_lifetime 0 seconds
`;
}
