import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { makeCertificate } from '../support/certificates.ts';
import type { Gateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import type { Nginx } from '../support/nginx.ts';
import { startNginx } from '../support/nginx.ts';
import { requireProgram } from '../support/programs.ts';

/** What every client test plays on: nginx with TLS behind the gateway, one host allowed, one not. */
export interface Stage {
  readonly gateway: Gateway;
  readonly nginx: Nginx;
  /** "origin.test:port", allowed. */
  readonly allowed: string;
  /** "forbidden.test:port", not allowed though it resolves. */
  readonly forbidden: string;
  /** 50 MB of random bytes, served as /large. */
  readonly large: Buffer;
  close(): Promise<void>;
}

export const HOST = 'origin.test';
const LARGE_BYTES = 50_000_000;

/** Null when nginx is missing and the test was skipped for it. */
export async function setStage(context: TestContext): Promise<Stage | null> {
  const program = requireProgram('nginx', context);
  if (program === null) return null;
  const certificate = await makeCertificate([HOST]);
  const large = randomBytes(LARGE_BYTES);
  const nginx = await startNginx(program, certificate, { large, small: 'hello through the gateway\n' });
  const gateway = await startGateway({
    allowedHosts: [HOST],
    allowedPorts: [nginx.port],
    dns: { hosts: { [HOST]: '127.0.0.1', 'forbidden.test': '127.0.0.1' } },
    addressGuard: { allow: ['127.0.0.0/8'] },
  });
  return {
    gateway,
    nginx,
    allowed: `${HOST}:${nginx.port}`,
    forbidden: `forbidden.test:${nginx.port}`,
    large,
    close: async () => {
      await gateway.stop();
      await nginx.stop();
    },
  };
}

/** The refusal an operator finds in the log for a host that is not allowed. */
export async function expectForbidden(stage: Stage): Promise<void> {
  await stage.gateway.waitForEvent(
    ({ event, msg }) => event === 105 && msg.startsWith('Target host (forbidden.test) is forbidden'),
  );
}
