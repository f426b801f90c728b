import { workerData } from 'piscina';
import { parseConfiguredHost } from '../address/host.ts';
import type { Anchors } from './anchors.ts';
import { loadAnchors } from './anchors.ts';
import type { Verification } from './chain.ts';
import { verifyChain } from './chain.ts';
import type { Question, ThreadData } from './messages.ts';

/** The thread that verifies chains. Authorities are read when the first question comes and kept. */

let anchors: Anchors | null = null;

/** Answers one question; called by piscina. What it throws becomes "could not be verified". */
export function verify({ chain, host, nowMs }: Question): Verification {
  anchors ??= loadAnchors((workerData as ThreadData).trustedCertificates);
  const parsed = parseConfiguredHost(host);
  if (!parsed.ok) throw new Error(`${host} is no host`);
  return verifyChain(chain, parsed.host, anchors, nowMs);
}
