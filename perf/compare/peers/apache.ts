import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVersion, requireProgram } from '../find.ts';
import type { FoundPeer, Peer, PeerSite } from './peer.ts';

const MODULES = ['mpm_event', 'authz_core', 'proxy', 'proxy_connect'] as const;
const MODULE_DIRECTORIES = ['/usr/lib/apache2/modules', '/usr/lib64/httpd/modules', '/usr/libexec/apache2'];

export const apache: Peer = {
  key: 'apache',
  label: 'Apache, mod_proxy_connect',
  broughtBy: 'Debian package apache2-bin',
  isDirect: false,
  remark: 'event MPM; a tunnel holds a thread',
  find: (): FoundPeer => {
    if (moduleDirectory() === null) return { ok: false, why: 'mod_proxy_connect is not installed' };
    return findVersion('apache2', ['-v'], /Apache\/(\S+)/);
  },
  prepare: (site) => {
    const file = join(site.directory, 'apache.conf');
    writeFileSync(file, configuration(site));
    return { program: requireProgram('apache2'), args: ['-DFOREGROUND', '-f', file] };
  },
};

function moduleDirectory(): string | null {
  return MODULE_DIRECTORIES.find((path) => existsSync(join(path, 'mod_proxy_connect.so'))) ?? null;
}

function configuration({ directory, port, host, originPort }: PeerSite): string {
  const modules = MODULES.map((name) => [name, join(moduleDirectory() ?? '', `mod_${name}.so`)] as const);
  // Some builds have a module compiled in.
  const load = modules
    .filter(([, path]) => existsSync(path))
    .map(([name, path]) => `LoadModule ${name}_module ${path}`);
  return `ServerRoot ${directory}
ServerName localhost
DefaultRuntimeDir ${directory}
PidFile ${directory}/apache.pid
ErrorLog ${directory}/error.log
LogLevel crit
Listen 127.0.0.1:${port}
ListenBackLog 4096
${load.join('\n')}
${process.getuid?.() === 0 ? 'User nobody' : ''}
Timeout 600
StartServers 1
ThreadsPerChild 250
ThreadLimit 250
ServerLimit 22
MaxRequestWorkers 5500
ProxyRequests On
AllowCONNECT ${originPort}
<Proxy "*">
  Require all denied
</Proxy>
<Proxy "${host}:${originPort}">
  Require all granted
</Proxy>
`;
}
