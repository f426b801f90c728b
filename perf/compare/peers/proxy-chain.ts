import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../find.ts';
import type { FoundPeer, Peer, PeerSite } from './peer.ts';

/** The CONNECT proxy that is used most among those on npm. It is installed for the run, outside of this project. */

const PACKAGE = 'proxy-chain@3';
const INSTALL_LIMIT_MS = 120_000;

/** @param node the Node.js binary that runs it: the same as the gateway's */
export function proxyChain(node: string): Peer {
  let home = '';
  return {
    key: 'proxy-chain',
    label: 'proxy-chain (npm)',
    broughtBy: `npm package ${PACKAGE}, installed for the run when a registry can be reached`,
    isDirect: false,
    remark: 'runs on the same Node.js as the gateway',
    find: (): FoundPeer => {
      const npm = findProgram('npm');
      if (npm === null) return { ok: false, why: 'npm is not installed' };
      home = mkdtempSync(join(tmpdir(), 'compare-npm-'));
      process.once('exit', () => {
        rmSync(home, { recursive: true, force: true });
      });
      const args = ['install', '--no-audit', '--no-fund', '--silent', '--prefix', home, PACKAGE];
      const { status } = spawnSync(npm, args, { timeout: INSTALL_LIMIT_MS });
      if (status !== 0) return { ok: false, why: `${PACKAGE} cannot be installed from the registry` };
      const file = join(home, 'node_modules/proxy-chain/package.json');
      return { ok: true, version: (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version };
    },
    prepare: (site) => {
      const script = join(home, `server-${site.port}.mjs`);
      writeFileSync(script, serverScript(site));
      return { program: node, args: [script] };
    },
  };
}

function serverScript({ port, host, originPort }: PeerSite): string {
  return `import { RequestError, Server } from 'proxy-chain';
const server = new Server({
  host: '127.0.0.1',
  port: ${port},
  prepareRequestFunction: ({ hostname, port }) => {
    if (hostname !== ${JSON.stringify(host)} || Number(port) !== ${originPort}) throw new RequestError('not allowed', 403);
    return {};
  },
});
await server.listen();
`;
}
