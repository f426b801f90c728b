import type { Fields, Reason } from '../events/reasons.ts';

/** What a policy question is answered with. `rule` is the configured entry that decided, in the operator's words. */
export type Verdict =
  | { readonly allow: true; readonly rule: string }
  | { readonly allow: false; readonly reason: Reason; readonly fields: Fields };
