import type { Command } from '../command.ts';
import type { HeldBytes } from '../held-bytes.ts';
import type { SessionContext } from '../state.ts';

/**
 * Clients that do not wait for the answer send their ClientHello already: it is kept up to `limits.handshakeBytes`, then the
 * client is not read until there is somewhere to put its bytes.
 */
export function keepEarly<Waiting extends { readonly held: HeldBytes; readonly paused: boolean }>(
  state: Waiting,
  bytes: Uint8Array,
  context: SessionContext,
  out: Command[],
): Waiting {
  state.held.append(bytes);
  if (state.paused || state.held.length <= context.limits.handshakeBytes) return state;
  out.push({ kind: 'pause', side: 'client' });
  return { ...state, paused: true };
}
