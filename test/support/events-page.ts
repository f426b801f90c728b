import { EVENTS } from '../../src/events/catalogue.ts';
import { NOTICES } from '../../src/events/notices.ts';
import { REASONS, reasonRow } from '../../src/events/reasons.ts';
import type { Reason } from '../../src/events/reasons.ts';

/** docs/events.md, generated from the tables; a test fails when the page is stale. */
export function eventsPage(): string {
  const events = Object.entries(EVENTS).map(([id, { level, title }]) => `| ${id} | ${level} | ${title} |`);
  const reasons = (Object.keys(REASONS) as Reason[]).map((reason) => {
    const { event, blame, status, alert, text } = reasonRow(reason);
    return `| \`${reason}\` | ${event} | ${status ?? alert ?? ''} | ${blame} | ${text} |`;
  });
  const notices = Object.entries(NOTICES).map(([name, { event, text }]) => `| \`${name}\` | ${event} | ${text} |`);
  return `# Events

One JSON line each: \`time\`, \`level\`, \`event\`, \`msg\`, then \`tunnel\`, \`client\`, \`destination\`, \`reason\` and what the event adds.
Numbers and \`reason\` codes never change; match them, not the text. Event 103 carries \`rule\`, the entry that allows the host, and
\`userAgent\`. Event 107 carries \`version\`, \`cipherSuite\`, \`sni\`, \`clientCertificate\` (its subject, "hidden" in TLS 1.3,
"none"), \`resumed\` and \`sinceConnectMs\`. With \`mode: "report"\` events 105 and 106 carry \`wouldRefuse\`: the session went on. Every tunnel that was opened ends with one event 100: \`reason\`, \`endedBy\` (client, policy,
origin, capacity, gateway), \`bytesUp\` (to the destination), \`bytesDown\` (to the client), \`durationMs\`.

This page is generated: \`npm run generate\`.

## Numbers
| event | level | meaning |
| --- | --- | --- |
${events.join('\n')}

## Reasons
The third column is what the client gets: an HTTP status before 200, a fatal TLS alert after it.

| reason | event | client gets | whose doing | text |
| --- | --- | --- | --- | --- |
${reasons.join('\n')}

## Events of the gateway itself
| reason | event | text |
| --- | --- | --- |
${notices.join('\n')}
`;
}
