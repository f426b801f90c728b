import { execFile } from 'node:child_process';
import { AF_UNIX, MSG_NOSIGNAL, SOCK_CLOEXEC, SOCK_DGRAM, errnoName, loadLibc } from '../engine/linux/libc.ts';
import type { Libc } from '../engine/linux/libc.ts';

/**
 * The way to the service manager: a datagram socket of the Unix domain, which Node lacks (sd_notify(3)). libc has it;
 * where koffi is missing, the program `systemd-notify` sends in our place.
 */

/** Sends one message, lines of VARIABLE=VALUE. A service manager that does not listen is no failure of the gateway. */
export type SendState = (lines: readonly string[]) => void;

/** sun_family of struct sockaddr_un, and what its path may hold (unix(7)). */
const FAMILY_BYTES = 2;
const PATH_BYTES = 108;
const PROGRAM_LIMIT_MS = 5_000;

/** @param path NOTIFY_SOCKET: a path, or an abstract name behind "@" */
export function openNotifySocket(path: string): SendState {
  let libc: Libc;
  try {
    libc = loadLibc();
  } catch {
    return throughProgram(path);
  }
  return (lines) => {
    sendDatagram(libc, path, lines.join('\n'));
  };
}

/** @returns null, or the errno name of what failed */
export function sendDatagram(libc: Libc, path: string, text: string): string | null {
  const address = socketAddress(path);
  if (address === null) return 'ENAMETOOLONG';
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errnoName(libc.errno());
  const bytes = new TextEncoder().encode(text);
  const connected = libc.connect(fd, address, address.length) === 0;
  const sent = connected && libc.send(fd, bytes, bytes.length, MSG_NOSIGNAL) === bytes.length;
  const problem = sent ? null : errnoName(libc.errno());
  libc.close(fd);
  return problem;
}

/** struct sockaddr_un; null when the path does not fit. An abstract name ends with the address, a path with a zero. */
function socketAddress(path: string): Uint8Array | null {
  const abstract = path.startsWith('@');
  const name = new TextEncoder().encode(abstract ? `\0${path.slice(1)}` : `${path}\0`);
  if (name.length > PATH_BYTES) return null;
  const address = new Uint8Array(FAMILY_BYTES + name.length);
  new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(name, FAMILY_BYTES);
  return address;
}

/** The sender is a child then, so the unit needs NotifyAccess=all. Messages go one after the other. */
function throughProgram(path: string): SendState {
  const waiting: (readonly string[])[] = [];
  let running = false;
  const next = (): void => {
    const lines = waiting.shift();
    running = lines !== undefined;
    if (lines === undefined) return;
    const env = { ...process.env, NOTIFY_SOCKET: path };
    const child = execFile('systemd-notify', [...lines], { env, timeout: PROGRAM_LIMIT_MS }, next);
    child.unref();
  };
  return (lines) => {
    waiting.push(lines);
    if (!running) next();
  };
}
