import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageVersion } from '../../../src/cli/version.ts';
import { GATEWAY_MAIN, gatewayConfiguration } from '../../gateway/gateway.ts';
import type { FoundPeer, Peer, PeerSite } from './peer.ts';

/** The gateway itself, one for each engine: one worker, default configuration, event log to a file. */

export const ENGINES = ['linux', 'portable'] as const;

/** @param node the Node.js binary that runs it */
export function gatewayPeer(engine: (typeof ENGINES)[number], node: string): Peer {
  return {
    key: `gateway-${engine}`,
    label: `OMS Gateway, ${engine} engine`,
    broughtBy: `this package, once its configuration accepts "engine": "${engine}"`,
    isDirect: false,
    remark: 'checks destination, address and ClientHello, and writes its event log to a file',
    find: () => findEngine(engine, node),
    prepare: (site) => {
      const file = join(site.directory, 'gateway.json');
      writeFileSync(file, configuration(engine, site));
      return { program: node, args: [GATEWAY_MAIN, 'start', '--config', file] };
    },
  };
}

function configuration(engine: string, site: PeerSite): string {
  const { host, address, originPort, port, directory } = site;
  const options = { node: '', engine, workers: 1, host, address, ports: [originPort] };
  return JSON.stringify(gatewayConfiguration(options, port, join(directory, 'events.log')));
}

/** The gateway's own check says whether this version has the engine. */
function findEngine(engine: string, node: string): FoundPeer {
  const directory = mkdtempSync(join(tmpdir(), 'compare-gateway-'));
  try {
    const file = join(directory, 'gateway.json');
    writeFileSync(file, JSON.stringify({ engine }));
    const { status, error } = spawnSync(node, [GATEWAY_MAIN, 'config', 'validate', file]);
    if (error !== undefined) return { ok: false, why: `${node} cannot be run: ${error.message}` };
    if (status !== 0) return { ok: false, why: 'this version does not have it' };
    const runtime = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    return { ok: true, version: `${packageVersion()} on Node ${runtime.replace(/^v/, '')}` };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
