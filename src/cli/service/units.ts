import { readFileSync } from 'node:fs';
import { packageFile } from '../../config/package-file.ts';
import type { Config } from '../../config/schema.ts';

/** The unit files of this installation: those of the package, with its paths and its port. */

export const SERVICE = 'oms-gateway.service';
export const SOCKET = 'oms-gateway.socket';
/** The user of the service. */
export const USER = 'oms-gateway';

const UNITS = '/etc/systemd/system';
const FILES = {
  [SERVICE]: `${UNITS}/${SERVICE}`,
  [SOCKET]: `${UNITS}/${SOCKET}`,
  'oms-gateway.sysusers.conf': '/etc/sysusers.d/oms-gateway.conf',
} as const;

export interface Installation {
  /** The Node.js that runs the gateway. */
  readonly node: string;
  /** The folder of the package. */
  readonly directory: string;
  readonly configuration: string;
  readonly listen: Pick<Config['listen'], 'host' | 'port'>;
}

export interface UnitFile {
  /** Where it belongs. */
  readonly path: string;
  readonly text: string;
}

/** Where the user of the service is described. */
export const USER_FILE = FILES['oms-gateway.sysusers.conf'];
/** Where the socket unit belongs. */
export const SOCKET_FILE = FILES[SOCKET];

/** Paths of every file that an installation has. */
export function unitPaths(): string[] {
  return Object.values(FILES);
}

/** The files of an installation; the user first, because the service needs it. */
export function unitFiles(installation: Installation): UnitFile[] {
  const { node, directory, configuration, listen } = installation;
  const command = [node, `${directory}/dist/src/cli/main.js`, 'start', '--config', configuration];
  const lines: Readonly<Record<string, string>> = {
    ExecStart: command.map(unitWord).join(' '),
    Documentation: `file://${encodeURI(directory)}/docs/operations.md`.replaceAll('%', '%%'),
    ListenStream: listenStream(listen),
  };
  return Object.entries(FILES)
    .reverse()
    .map(([name, path]) => {
      const text = readFileSync(packageFile(`config/systemd/${name}`), 'utf8');
      return {
        path,
        text: text.replace(
          /^(ExecStart|Documentation|ListenStream)=.*$/gm,
          (_, key: string) => `${key}=${lines[key] ?? ''}`,
        ),
      };
    });
}

/** A word of a command line in a unit (systemd.service(5)): quoted, with what systemd would replace doubled. */
function unitWord(word: string): string {
  const literal = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./$-]+$/.test(literal) ? literal : `"${literal.replaceAll(/[\\"]/g, '\\$&')}"`;
}

/** The port alone is every address of both families, and of the one there is where IPv6 is missing (systemd.socket(5)). */
function listenStream({ host, port }: Installation['listen']): string {
  if (host === '::') return String(port);
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The port of a socket unit's text; null when it names none. */
export function portOf(socketText: string): number | null {
  const port = /^ListenStream=(?:.*:)?(\d+)$/m.exec(socketText)?.[1];
  return port === undefined ? null : Number(port);
}
