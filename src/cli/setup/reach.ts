import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Authority } from '../../address/authority.ts';
import { formatAuthority } from '../../address/authority.ts';
import type { Relay } from '../../config/relays.ts';
import { causeOf } from '../../dial/cause.ts';
import { detailText, text } from '../text.ts';

/** Can a place be reached? A test connection, closed again at once: what the setup tries before it writes. */

export interface Reached {
  readonly ok: boolean;
  /** What happened, as half a sentence. */
  readonly detail: string;
}

const LIMIT_MS = 10_000;
/** The end of the status line stands in the first bytes, or it is no HTTP. */
const ANSWER_LIMIT = 8192;

/** Connects to the relay itself. */
export async function reachRelay(relay: Relay, limitMs = LIMIT_MS): Promise<Reached> {
  return await attempt(relay, limitMs, (_, finish) => {
    finish(true, '');
  });
}

/** Connects directly. */
export async function reachDirectly({ host, port }: Authority, limitMs = LIMIT_MS): Promise<Reached> {
  const startedMs = performance.now();
  return await follow(connect({ host: host.text, port }), 'connect', limitMs, (socket, finish) => {
    const address = `${socket.remoteAddress ?? ''} ${socket.remotePort ?? ''}`;
    finish(true, text('setup.reach-connected', { address, ms: Math.round(performance.now() - startedMs) }));
  });
}

/** Asks the relay for a tunnel. `password` is the relay's, read from its file by the caller where it has one. */
export async function reachThrough(relay: Relay, target: Authority, limitMs = LIMIT_MS): Promise<Reached> {
  const startedMs = performance.now();
  return await attempt(relay, limitMs, (socket, finish) => {
    let answer = '';
    socket.on('data', (bytes: Uint8Array) => {
      answer += Buffer.from(bytes).toString('latin1');
      const status = /^HTTP\/1\.[01] (\d{3})[^\r\n]{0,200}/.exec(answer);
      if (status !== null && answer.includes('\n')) {
        const ms = Math.round(performance.now() - startedMs);
        if (status[1]?.startsWith('2') === true) finish(true, text('setup.reach-relay', { ms }));
        else finish(false, text('setup.reach-relay-status', { status: status[0].replace(/^\S+ /, '') }));
      } else if (answer.length > ANSWER_LIMIT || !'HTTP/1.'.startsWith(answer.slice(0, 7))) {
        finish(false, text('setup.reach-no-proxy'));
      }
    });
    socket.write(requestOf(relay, target));
  });
}

function requestOf({ username, password }: Relay, target: Authority): string {
  const authority = formatAuthority(target);
  const basic = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  const credentials = username === '' ? '' : `Proxy-Authorization: Basic ${basic}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`;
}

type Finish = (ok: boolean, detail: string) => void;
type OnOpen = (socket: Socket, finish: Finish) => void;

function attempt({ address }: Relay, limitMs: number, opened: OnOpen): Promise<Reached> {
  const { host, port } = address.authority;
  if (!address.secure) return follow(connect({ host: host.text, port }), 'connect', limitMs, opened);
  const servername = host.kind === 'name' ? host.text : '';
  return follow(connectTls({ host: host.text, port, servername }), 'secureConnect', limitMs, opened);
}

function follow(socket: Socket, event: string, limitMs: number, opened: OnOpen): Promise<Reached> {
  return new Promise((resolve) => {
    const finish: Finish = (ok, detail) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ok, detail });
    };
    const timer = setTimeout(() => {
      finish(false, text('setup.reach-timeout', { seconds: limitMs / 1000 }));
    }, limitMs);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      finish(false, detailText(causeOf(error.code ?? error.message).detail));
    });
    socket.on('close', () => {
      finish(false, text('setup.reach-closed'));
    });
    socket.once(event, () => {
      opened(socket, finish);
    });
  });
}
