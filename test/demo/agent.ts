import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { deflateSync } from 'node:zlib';

/** An agent as the field runs it: CONNECT, TLS, one POST of deflated JSON, close. */

export interface Upload {
  readonly gatewayPort: number;
  /** host:port asked of the gateway. */
  readonly destination: string;
  /** Server name in the ClientHello. */
  readonly serverName: string;
  /** PEM of the authority the agent trusts. */
  readonly authority: string;
  readonly records: readonly object[];
}

export interface Uploaded {
  /** What happened, in the words of the client: "200 OK …", the gateway's refusal, or the code of the TLS error. */
  readonly happened: string;
  /** The destination answered with the digest of exactly what was sent. */
  readonly verified: boolean;
}

export async function upload(options: Upload): Promise<Uploaded> {
  const socket = connect(options.gatewayPort, '127.0.0.1');
  try {
    await once(socket, 'connect');
    const answer = await askTunnel(socket, options.destination);
    if (!answer.startsWith('HTTP/1.1 200')) return { happened: answer, verified: false };
    return await post(socket, options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { happened: code ?? message.trim(), verified: false };
  } finally {
    socket.destroy();
  }
}

/** The status line of the gateway's answer. */
async function askTunnel(socket: Socket, destination: string): Promise<string> {
  socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
  let answer = '';
  while (!answer.includes('\r\n\r\n')) {
    const [chunk] = (await Promise.race([once(socket, 'data'), once(socket, 'end')])) as [Buffer | undefined];
    if (chunk === undefined) return 'closed without an answer';
    answer += chunk.toString('latin1');
  }
  return answer.slice(0, answer.indexOf('\r\n'));
}

async function post(socket: Socket, { serverName, authority, records }: Upload): Promise<Uploaded> {
  const secure = connectTls({ socket, servername: serverName, ca: authority });
  await once(secure, 'secureConnect');
  const json = JSON.stringify({ DataType: 'LINUX_PERF_BLOB', IPName: 'LogManagement', DataItems: records });
  const body = deflateSync(json);
  const head = [
    'POST /OperationalData.svc/PostJsonDataItems?api-version=2016-04-01 HTTP/1.1',
    `Host: ${serverName}`,
    'Content-Type: application/json',
    'Content-Encoding: deflate',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  secure.write(`${head.join('\r\n')}\r\n\r\n`);
  secure.write(body);
  let answer = '';
  secure.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  await once(secure, 'end');
  const digest = createHash('sha256').update(json).digest('hex');
  const verified = answer.startsWith('HTTP/1.1 200') && answer.includes(digest);
  return { happened: `${answer.slice(9, answer.indexOf('\r\n'))}, ${body.length} bytes sent`, verified };
}
