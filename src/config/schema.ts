import { z } from 'zod';

/**
 * The one schema of the configuration: types, defaults, checks and `config/gateway.schema.json` all come from here.
 * Draft: keys and defaults are settled, messages are not.
 */
const port = z.int().min(1).max(65535);
const seconds = z.number().positive();

export const configSchema = z.strictObject({
  listen: z.strictObject({ host: z.string().default('::'), port: port.default(8080) }).prefault({}),
  workers: z.union([z.literal('auto'), z.int().min(1).max(256)]).default('auto'),
  engine: z.enum(['auto', 'linux', 'portable']).default('auto'),
  allowedHosts: z.array(z.string()).default([]),
  allowedPorts: z.array(port).default([443]),
  presets: z.array(z.string()).default([]),
  cloud: z.enum(['public', 'usgovernment', 'china']).default('public'),
  tls: z
    .strictObject({
      minVersion: z.enum(['1.0', '1.1', '1.2', '1.3']).default('1.2'),
      maxVersion: z.enum(['1.0', '1.1', '1.2', '1.3']).default('1.3'),
      missingSni: z.enum(['reject', 'allow']).default('reject'),
      encryptedClientHello: z.enum(['reject', 'reject-mismatch', 'allow']).default('reject-mismatch'),
    })
    .prefault({}),
  addressGuard: z
    .strictObject({
      allow: z.array(z.string()).default([]),
      deny: z.array(z.string()).default([]),
      denyPrivate: z.boolean().default(false),
    })
    .prefault({}),
  dns: z
    .strictObject({
      hosts: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
      cacheSeconds: z.number().min(0).default(30),
    })
    .prefault({}),
  limits: z
    .strictObject({
      maxTunnels: z.int().min(0).default(0),
      headerBytes: z.int().min(256).default(8192),
      handshakeBytes: z.int().min(4096).default(262_144),
    })
    .prefault({}),
  timeouts: z
    .strictObject({
      connectRequest: seconds.default(10),
      clientHello: seconds.default(10),
      dial: seconds.default(10),
      handshake: seconds.default(30),
      idle: seconds.default(600),
      halfClosed: seconds.default(60),
      drain: seconds.default(30),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
      file: z.string().default(''),
    })
    .prefault({}),
});

/** A complete, checked configuration: plain data that can cross process boundaries. */
export type Config = z.infer<typeof configSchema>;
