import { once } from 'node:events';
import { connect } from 'node:net';

/** Asks a gateway on loopback for a tunnel. @returns the status of its answer */
export async function connectThrough(port: number, authority: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(10_000) })) as [Buffer];
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer.toString('latin1'))?.[1]);
}
