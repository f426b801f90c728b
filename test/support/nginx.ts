import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestCertificate } from './certificates.ts';
import { endWithUs } from './children.ts';
import { freePort } from './gateway.ts';

/** A real nginx with TLS as the destination: serves a file, and answers an upload with its SHA-256. */
export interface Nginx {
  readonly port: number;
  /** Where its certificate is, for clients that want a file. */
  readonly authorityFile: string;
  readonly directory: string;
  stop(): Promise<void>;
}

/** @param files contents by name, served from `/name`; uploads go to `/upload` */
export async function startNginx(
  program: string,
  certificate: TestCertificate,
  files: Readonly<Record<string, Buffer | string>>,
): Promise<Nginx> {
  const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-nginx-'));
  const port = await freePort();
  const hasher = await startHasher();
  writeFileSync(join(directory, 'cert.pem'), certificate.certificate);
  writeFileSync(join(directory, 'key.pem'), certificate.key);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  const hasherPort = (hasher.address() as AddressInfo).port;
  writeFileSync(join(directory, 'nginx.conf'), configuration(directory, port, hasherPort));
  const arguments_ = ['-p', directory, '-e', join(directory, 'error.log'), '-c', join(directory, 'nginx.conf')];
  const child = spawn(program, arguments_, { stdio: ['ignore', 'ignore', 'inherit'] });
  // Its workers outlive a master that is killed.
  endWithUs(child, 'SIGTERM');
  await untilListening(port);
  return {
    port,
    authorityFile: join(directory, 'cert.pem'),
    directory,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      hasher.close();
      hasher.closeAllConnections();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startHasher(): Promise<Server> {
  const server = createServer((request, response) => {
    const hash = createHash('sha256');
    request.on('data', (chunk: Buffer) => hash.update(chunk));
    request.on('end', () => response.end(hash.digest('hex')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function configuration(directory: string, port: number, hasherPort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${directory}/nginx.pid;
events { worker_connections 512; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${directory}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${directory}/cert.pem;
    ssl_certificate_key ${directory}/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    client_max_body_size 100m;
    root ${directory};
    location = /upload { proxy_pass http://127.0.0.1:${hasherPort}; proxy_request_buffering off; proxy_http_version 1.1; }
  }
}
`;
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const up = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nginx did not start');
}
