import type { Fields, Reason } from '../../events/reasons.ts';
import type { Command } from '../command.ts';
import type { Input } from '../input.ts';
import { otherSide } from '../input.ts';
import type { State } from '../state.ts';
import { lossReason } from './observing-hello.ts';

/**
 * A fatal alert ended the handshake: it was forwarded, whatever comes behind it is not, from neither side. TLS ends there
 * (RFC 5246 section 7.2.2), so what is left is to let both close in their own time.
 */
type Ending = Extract<State, { name: 'ending' }>;

export function ending(state: Ending, input: Input, out: Command[]): State {
  const { reason, alert } = state;
  switch (input.kind) {
    case 'ended':
      if (state.ended !== null && state.ended !== input.from) return close(state, reason, { alert }, out);
      out.push({ kind: 'end', to: otherSide(input.from) });
      return { ...state, ended: input.from };
    case 'lost':
      // Servers often reset behind an alert: the alert is the cause.
      return close(
        state,
        input.from === sender(state) ? reason : lossReason(input),
        { alert, detail: input.detail },
        out,
      );
    case 'deadline':
      return close(state, reason, { alert }, out);
    case 'received':
    case 'authenticated':
    case 'admitted':
    case 'server-verified':
    case 'dialed':
    case 'dial-failed':
      return state;
  }
}

function sender({ reason }: Ending): 'client' | 'origin' {
  return reason === 'client-alert' ? 'client' : 'origin';
}

function close(state: Ending, reason: Reason, fields: Fields, out: Command[]): State {
  out.push({ kind: 'close', reason, fields, silent: false });
  return { name: 'closed', target: state.target };
}
