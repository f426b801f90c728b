import type { EventId } from './catalogue.ts';

/** Sentences of events that carry no reason of `reasons.ts`; English is the source. Data only. */

/** Events of the gateway itself. */
export const NOTICES = {
  started: {
    event: 101,
    text: 'OMS Gateway {version} started: listening on {address}, engine {engine} ({why}), {workers, plural, one {# worker} other {# workers}}, {hosts, plural, one {# allowed host rule} other {# allowed host rules}}.',
  },
  stopped: { event: 102, text: 'OMS Gateway stopped: {detail}.' },
  'drain-notice': {
    event: 100,
    text: 'Draining begins in {seconds} s (timeouts.drainNotice): not ready any more, and still accepting.',
  },
  draining: { event: 100, text: 'Draining: no new connections; open tunnels may finish within {seconds} s.' },
  'worker-replaced': {
    event: 100,
    text: 'Worker {worker} ended ({cause}) with {tunnels, plural, one {# open tunnel} other {# open tunnels}}; another takes its place.',
  },
  'worker-hangs': {
    event: 400,
    text: 'Worker {worker} hangs: it has not been heard for {seconds} s and is ended. Another takes its place.',
  },
  'crash-loop': {
    event: 400,
    text: 'Workers end right after their start, {deaths} in a row; the next one is started in {seconds} s.',
  },
  upgraded: { event: 100, text: 'Version {version} serves as process {successor}; this one drains.' },
  'upgrade-failed': { event: 400, text: 'The upgrade to {package} failed: {detail}. This version goes on.' },
  'workers-replaced': { event: 100, text: 'Restarted: each worker has been replaced by a new one.' },
  'configuration-reloaded': {
    event: 100,
    text: 'Configuration reloaded: {changed, select, none {no key that is in effect has changed} other {{changed} changed}}{needsRestart, select, none {} other {; {needsRestart} will change with a restart}}.',
  },
  'listen-certificate-renewed': { event: 100, text: 'The certificate for clients was read again: {file}.' },
  'host-list-changed': {
    event: 100,
    text: 'Allowed hosts of {list} changed: {addedCount} added ({added}), {removedCount} removed ({removed}).',
  },
  'host-list-entries-refused': {
    event: 401,
    text: '{count, plural, one {# entry of {list} is} other {# entries of {list} are}} not allowed: {refused}.',
  },
  'host-list-failed': {
    event: 403,
    text: 'Reading {list} failed: {detail}. {kept, plural, one {# host of it stays} other {# hosts of it stay}} allowed.',
  },
  'host-list-works': { event: 100, text: 'Reading {list} works again.' },
  'reload-refused': {
    event: 401,
    text: 'Wrong configuration; the running one stays in effect: {problems}',
  },
  'events-dropped': {
    event: 100,
    text: '{count, plural, one {# event could not be written in time and was dropped} other {# events could not be written in time and were dropped}}.',
  },
  'nothing-allowed': {
    event: 300,
    text: 'Nothing is allowed yet: allowedHosts and presets are empty, so every CONNECT is refused.',
  },
  'wrong-configuration': { event: 401, text: 'Wrong configuration: {problems}' },
  'cannot-listen': { event: 403, text: 'Cannot listen on {address}: {detail}.' },
  'admin-cannot-listen': {
    event: 403,
    text: 'The admin API cannot listen on {address}: {detail}, or admin.port 0 for none. Traffic goes on; it is tried again every few seconds.',
  },
  'admin-works': { event: 100, text: 'The admin API listens after all, on {url}.' },
  'application-error': { event: 400, text: 'Application error: {detail}' },
} as const satisfies Record<string, { event: EventId; text: string }>;

export type Notice = keyof typeof NOTICES;

/** Events of tunnels. `closed` is put around the reason for which a tunnel ended (`why`). */
export const TUNNEL_TEXTS = {
  connect: 'Got request from {client}: CONNECT {destination}.',
  verified:
    'TLS session is successfully verified: SNI {sni}, {version}, {cipherSuite}, client certificate {clientCertificate}.',
  closed:
    'Tunnel to {destination} ended: {why}; {bytesUp} bytes up, {bytesDown} bytes down, {durationMs} ms, ended by {endedBy}.',
} as const;
