import type { EventId } from './catalogue.ts';
import { EVENTS } from './catalogue.ts';
import type { Fields, Reason } from './reasons.ts';
import { REASONS } from './reasons.ts';
import { fillText } from './text.ts';

/** The sentence of each event. What has a reason takes the reason's text; the rest stands here. English is the source. */

/** Events of the gateway itself that carry no reason. */
export const NOTICES = {
  started: {
    event: 101,
    text: 'OMS Gateway {version} started: listening on {address}, engine {engine} ({why}), {workers} worker(s), {hosts} allowed host rule(s).',
  },
  stopped: { event: 102, text: 'OMS Gateway stopped: {detail}.' },
  'drain-notice': {
    event: 100,
    text: 'Draining begins in {seconds} s (timeouts.drainNotice): not ready any more, and still accepting.',
  },
  draining: { event: 100, text: 'Draining: no new connections; open tunnels may finish within {seconds} s.' },
  'worker-replaced': {
    event: 100,
    text: 'Worker {worker} ended ({cause}) with {tunnels} open tunnel(s); another takes its place.',
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
  'configuration-reloaded': { event: 100, text: 'Configuration reloaded: {summary}.' },
  'listen-certificate-renewed': { event: 100, text: 'The certificate for clients was read again: {file}.' },
  'host-list-changed': {
    event: 100,
    text: 'Allowed hosts of {list} changed: {addedCount} added ({added}), {removedCount} removed ({removed}).',
  },
  'host-list-entries-refused': { event: 401, text: '{count} entry(ies) of {list} are not allowed: {refused}.' },
  'host-list-failed': { event: 403, text: 'Reading {list} failed: {detail}. {kept} host(s) of it stay allowed.' },
  'host-list-works': { event: 100, text: 'Reading {list} works again.' },
  'reload-refused': {
    event: 401,
    text: 'Wrong configuration; the running one stays in effect: {problems}',
  },
  'events-dropped': { event: 100, text: '{count} event(s) could not be written in time and were dropped.' },
  'nothing-allowed': {
    event: 300,
    text: 'Nothing is allowed yet: allowedHosts and presets are empty, so every CONNECT is refused.',
  },
  'wrong-configuration': { event: 401, text: 'Wrong configuration: {problems}' },
  'cannot-listen': { event: 403, text: 'Cannot listen: {detail}.' },
  'admin-cannot-listen': {
    event: 403,
    text: 'The admin API cannot listen: {detail}, or admin.port 0 for none. Traffic goes on; it is tried again every few seconds.',
  },
  'admin-works': { event: 100, text: 'The admin API listens after all, on {url}.' },
  'application-error': { event: 400, text: 'Application error: {detail}' },
} as const satisfies Record<string, { event: EventId; text: string }>;

export type Notice = keyof typeof NOTICES;

const CONNECT_TEXT = 'Got request from {client}: CONNECT {destination}.';
const VERIFIED_TEXT =
  'TLS session is successfully verified: SNI {sni}, {version}, {cipherSuite}, client certificate {clientCertificate}.';
const CLOSED_TEXT =
  'Tunnel to {destination} ended: {why}; {bytesUp} bytes up, {bytesDown} bytes down, {durationMs} ms, ended by {endedBy}.';

const NOBODY: Fields = {};

/**
 * The message of an event.
 * @param subject whom the event is about; its fields fill placeholders as those of the event do
 */
export function messageOf(
  event: EventId,
  reason: Reason | Notice | null,
  fields: Fields,
  subject: Fields = NOBODY,
): string {
  if (reason === null) return fillText(ownTextOf(event), fields, subject);
  if (isNotice(reason)) return fillText(NOTICES[reason].text, fields, subject);
  const sentence = fillText(REASONS[reason].text, fields, subject);
  // Refusals for want of room are events 100 too; only the end of a tunnel has a duration.
  const isEnd = event === 100 && fields['durationMs'] !== undefined;
  return isEnd ? fillText(CLOSED_TEXT, fields, subject, { why: withoutStop(sentence) }) : sentence;
}

/** Sentences of events that need no reason. */
function ownTextOf(event: EventId): string {
  if (event === 103) return CONNECT_TEXT;
  return event === 107 ? VERIFIED_TEXT : EVENTS[event].title;
}

function withoutStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence.slice(0, -1) : sentence;
}

function isNotice(reason: Reason | Notice): reason is Notice {
  return Object.hasOwn(NOTICES, reason);
}
