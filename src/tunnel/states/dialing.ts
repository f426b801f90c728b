import { formatAuthority } from '../../address/authority.ts';
import type { Fields, RefusalReason } from '../../events/reasons.ts';
import { established } from '../../http/answer.ts';
import { HelloAssembler } from '../../tls/hello-assembler.ts';
import type { Command } from '../command.ts';
import type { Input } from '../input.ts';
import { refuseRequest } from '../refuse.ts';
import type { SessionContext, State } from '../state.ts';
import { keepEarly } from './early-bytes.ts';
import { judgeHello } from './observing-hello.ts';

/** The destination is being connected; what the client sends early is kept. */
type Dialing = Extract<State, { name: 'dialing' }>;

export function dialing(state: Dialing, input: Input, context: SessionContext, nowMs: number, out: Command[]): State {
  switch (input.kind) {
    case 'received':
      return keepEarly(state, input.bytes, context, out);
    case 'authenticated':
    case 'admitted':
    case 'server-verified':
    case 'ended':
      return state;
    case 'dialed':
      return dialed(state, context, nowMs, out);
    case 'dial-failed':
      return refuse(state, input.reason, input.fields, out);
    case 'deadline':
      return refuse(
        state,
        'connect-timeout',
        { detail: `it took longer than ${context.timeouts.dial} s (timeouts.dial)` },
        out,
      );
    case 'lost':
      out.push({
        kind: 'close',
        reason: input.reset ? 'client-reset' : 'client-lost',
        fields: { detail: input.detail },
        silent: false,
      });
      return { name: 'closed', target: state.target };
  }
}

function dialed(state: Dialing, context: SessionContext, nowMs: number, out: Command[]): State {
  out.push({ kind: 'send', to: 'client', bytes: established() });
  if (state.paused) out.push({ kind: 'resume', side: 'client' });
  const assembler = new HelloAssembler(context.limits.handshakeBytes);
  const { target, held, connectMs } = state;
  const next = { name: 'observing-hello', target, held, assembler, connectMs } as const;
  return held.length === 0 ? next : judgeHello(next, held.bytes, context, nowMs, out);
}

function refuse(state: Dialing, reason: RefusalReason, fields: Fields, out: Command[]): State {
  const { target } = state;
  refuseRequest(reason, { host: target.host.text, destination: formatAuthority(target), ...fields }, out);
  return { name: 'closed', target: state.target };
}
