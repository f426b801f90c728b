import type { Stage } from './causes.ts';
import type { TunnelPlan } from './tunnel.ts';
import { Tunnel } from './tunnel.ts';

/** Opens one tunnel to see whether a run makes sense at all. */

export type ProbeResult = { readonly ok: true } | { readonly ok: false; readonly stage: Stage; readonly cause: string };

export function probe(plan: TunnelPlan, limitMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const end = (result: ProbeResult): void => {
      clearTimeout(timer);
      tunnel.close();
      resolve(result);
    };
    const timer = setTimeout(() => {
      end({ ok: false, stage: 'connect', cause: `no tunnel within ${limitMs / 1_000} s` });
    }, limitMs);
    const ignore = (): void => undefined;
    const tunnel = new Tunnel(plan, {
      opened: () => {
        end({ ok: true });
      },
      failed: (_tunnel, stage, cause) => {
        end({ ok: false, stage, cause });
      },
      received: ignore,
      drained: ignore,
    });
  });
}

/** What a user can do about a probe that failed. */
export function explainProbe(stage: Stage, cause: string, asked: string): string {
  const advice = ADVICE.find(([at, pattern]) => at === stage && pattern.test(cause))?.[2] ?? '';
  return `no tunnel to ${asked}: failed at ${stage}: ${cause}${advice === '' ? '' : `; ${advice}`}`;
}

const ADVICE: readonly (readonly [Stage, RegExp, string])[] = [
  ['connect', /ECONNREFUSED/, 'nothing listens there: is the proxy running, is the port right?'],
  ['answer', /status 407/, 'the proxy asks for credentials: --credentials-file, or the environment'],
  [
    'answer',
    /status 403/,
    'the proxy does not allow this host and port: allow them, or choose others with --origin and --target',
  ],
  ['answer', /status 50\d/, 'the proxy does not reach the origin'],
  ['answer', /not an HTTP/, 'that is no HTTP proxy'],
  ['handshake', /TLS alert/, 'the proxy refuses the handshake: does it allow the server name (--sni)?'],
];
