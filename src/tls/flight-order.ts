import type { KeyExchange } from './cipher-suites.ts';
import { MESSAGE } from './record.ts';

/**
 * Which messages a server's first flight holds up to TLS 1.2, by key exchange (RFC 5246 section 7.3 and 7.4.2 to 7.4.4,
 * RFC 4279, RFC 5489, RFC 5054). Each has a place; places are bits, so that order is a comparison.
 */

export const PLACE = {
  certificate: 1,
  certificateStatus: 2,
  serverKeyExchange: 4,
  certificateRequest: 8,
  serverHelloDone: 16,
} as const;

export interface FlightOrder {
  /** Places that may be taken, and those that must be. */
  readonly allowed: number;
  readonly required: number;
  /** A client that shows a certificate has to sign with it: no key of it takes part in the key exchange. */
  readonly clientSigns: boolean;
}

const { certificate, certificateStatus, serverKeyExchange, certificateRequest, serverHelloDone } = PLACE;

const SIGNED = order(certificate | serverKeyExchange, certificateStatus | certificateRequest, true);
const ENCRYPTED = order(certificate, certificateStatus | certificateRequest, true);
/** A client may answer with a key of the same kind instead of a signature (RFC 4492 section 3.3). */
const STATIC = order(certificate, certificateStatus | certificateRequest, false);
/** Anonymous servers must not ask for a certificate (RFC 5246 section 7.4.4). */
const ANONYMOUS = order(serverKeyExchange, 0, false);
const SHARED_KEY = order(0, serverKeyExchange, false);
const EPHEMERAL_SHARED_KEY = order(serverKeyExchange, 0, false);
const ENCRYPTED_SHARED_KEY = order(certificate, certificateStatus | serverKeyExchange, false);
const PASSWORD_SIGNED = order(certificate | serverKeyExchange, certificateStatus, false);
/** A suite that is not known here: the order alone is checked. */
const UNKNOWN = order(0, certificate | certificateStatus | serverKeyExchange | certificateRequest, false);

const ORDERS: Readonly<Record<KeyExchange, FlightOrder>> = {
  '': UNKNOWN,
  RSA: ENCRYPTED,
  DHE_RSA: SIGNED,
  DHE_DSS: SIGNED,
  ECDHE_RSA: SIGNED,
  ECDHE_ECDSA: SIGNED,
  ECDH_RSA: STATIC,
  ECDH_ECDSA: STATIC,
  DH_anon: ANONYMOUS,
  ECDH_anon: ANONYMOUS,
  PSK: SHARED_KEY,
  DHE_PSK: EPHEMERAL_SHARED_KEY,
  PSK_DHE: EPHEMERAL_SHARED_KEY,
  ECDHE_PSK: EPHEMERAL_SHARED_KEY,
  RSA_PSK: ENCRYPTED_SHARED_KEY,
  SRP_SHA: ANONYMOUS,
  SRP_SHA_RSA: PASSWORD_SIGNED,
  SRP_SHA_DSS: PASSWORD_SIGNED,
};

/** @param keyExchange of the suite; null for a suite that is not known */
export function flightOrder(keyExchange: KeyExchange | null): FlightOrder {
  return keyExchange === null ? UNKNOWN : ORDERS[keyExchange];
}

/** The place of a message, or 0 for one that never stands in this flight. */
export function placeOf(messageType: number): number {
  switch (messageType) {
    case MESSAGE.certificate:
      return certificate;
    case MESSAGE.certificateStatus:
      return certificateStatus;
    case MESSAGE.serverKeyExchange:
      return serverKeyExchange;
    case MESSAGE.certificateRequest:
      return certificateRequest;
    case MESSAGE.serverHelloDone:
      return serverHelloDone;
    default:
      return 0;
  }
}

/**
 * May the message at `place` follow when `taken` is the place taken last, 0 for none?
 * @returns null when it may, else what is wrong
 */
export function outOfPlace(place: number, taken: number, { allowed, required }: FlightOrder): string | null {
  if (place === 0) return 'does not belong there';
  if ((allowed & place) === 0) return 'does not go with the cipher suite';
  if (place <= taken) return 'comes too late or twice';
  const skipped = required & (place - 1) & ~(taken === 0 ? 0 : taken * 2 - 1);
  return skipped === 0 ? null : 'comes before a message that has to precede it';
}

function order(required: number, optional: number, clientSigns: boolean): FlightOrder {
  return {
    allowed: required | optional | serverHelloDone,
    required: required | serverHelloDone,
    clientSigns,
  };
}
