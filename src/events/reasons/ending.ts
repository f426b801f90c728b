import type { ReasonRow } from './row.ts';

/** How a tunnel ends that was open, and mistakes of ours. */
export const ENDING_REASONS = {
  'client-closed': { event: 100, blame: 'client', text: 'closed by the client' },
  'origin-closed': { event: 100, blame: 'origin', text: 'closed by the destination' },
  'client-alert': { event: 100, blame: 'client', text: 'TLS handshake given up by the client with alert {alert}' },
  'origin-alert': { event: 100, blame: 'origin', text: 'TLS handshake given up by the destination with alert {alert}' },
  'client-reset': { event: 100, blame: 'client', text: 'reset by the client' },
  'origin-reset': { event: 100, blame: 'origin', text: 'reset by the destination' },
  'client-lost': { event: 403, blame: 'client', text: 'The connection to the client was lost: {detail}.' },
  'origin-lost': { event: 403, blame: 'origin', text: 'The connection to the destination was lost: {detail}.' },
  'idle-timeout': { event: 100, blame: 'gateway', text: 'idle for longer than {seconds} s (timeouts.idle)' },
  'half-closed-timeout': {
    event: 100,
    blame: 'gateway',
    text: 'half-closed and silent for longer than {seconds} s (timeouts.halfClosed)',
  },
  'max-age': { event: 100, blame: 'gateway', text: 'older than {seconds} s (timeouts.maxTunnelAge)' },
  'drain-timeout': { event: 100, blame: 'gateway', text: 'still open when the drain time was over' },
  'no-longer-allowed': {
    event: 100,
    blame: 'policy',
    text: 'ended by reload --enforce: target host ({host}) is no longer allowed',
  },
  'worker-lost': { event: 100, blame: 'gateway', text: 'its worker process ended' },
  'still-open': {
    event: 100,
    blame: 'gateway',
    text: 'Tunnel to {destination} is still open after {ageMs} ms; {bytesUp} bytes up, {bytesDown} bytes down so far.',
  },
  'internal-error': {
    event: 400,
    blame: 'gateway',
    status: 503,
    alert: 'internal_error',
    proxyError: 'proxy_internal_error',
    text: 'Application error: {detail}.',
  },
} as const satisfies Record<string, ReasonRow>;
