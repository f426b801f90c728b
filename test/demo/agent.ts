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

/** @returns what happened, in the words of the client: "200 OK …", the gateway's refusal, or the code of the TLS error */
export async function upload(options: Upload): Promise<string> {
  const socket = connect(options.gatewayPort, '127.0.0.1');
  try {
    await once(socket, 'connect');
    const answer = await askTunnel(socket, options.destination);
    if (!answer.startsWith('HTTP/1.1 200')) return answer;
    return await post(socket, options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message.trim();
  } finally {
    socket.destroy();
  }
}

async function askTunnel(socket: Socket, destination: string): Promise<string> {
  socket.write(`CONNECT ${destination} HTTP/1.1\r\nHost: ${destination}\r\n\r\n`);
  let answer = '';
  while (!answer.includes('\r\n\r\n')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answer += chunk.toString('latin1');
  }
  return answer.slice(0, answer.indexOf('\r\n'));
}

async function post(socket: Socket, { serverName, authority, records }: Upload): Promise<string> {
  const secure = connectTls({ socket, servername: serverName, ca: authority });
  await once(secure, 'secureConnect');
  const body = deflateSync(
    JSON.stringify({ DataType: 'LINUX_PERF_BLOB', IPName: 'LogManagement', DataItems: records }),
  );
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
  return `${answer.slice(9, answer.indexOf('\r\n'))}, ${body.length} bytes sent`;
}
