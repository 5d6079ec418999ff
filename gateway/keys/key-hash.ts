/** Secrets that clients present: how they are made, and what of them is kept. */
import { hash, randomBytes } from 'node:crypto';

/** A secret that was just made: shown once, then only its hash is kept. */
export interface NewSecret {
  readonly secret: string;
  /** SHA-256, hex. */
  readonly hash: string;
  /** The last four characters, to recognise it by. */
  readonly hint: string;
}

const RANDOM_BYTES = 32;

/**
 * What is stored of a secret: SHA-256, hex. A plain hash is enough, because our own secrets carry 256 random bits; and
 * a look-up by hash compares no secret bytes, so that its time tells nothing.
 */
export function hashKey(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** The last four characters of a secret, shown in lists. */
export function hintOf(secret: string): string {
  return secret.slice(-4);
}

/** A secret for LibreChat or another service that names its users: `sk-sol-…`. */
export function newServiceKey(): NewSecret {
  return newSecret('sk-sol-');
}

/** A secret of one user, for scripts and editors: `pk-sol-…`. */
export function newPersonalKey(): NewSecret {
  return newSecret('pk-sol-');
}

/** A secret of one operator's scripts, for the API: `ot-sol-…`. */
export function newOperatorToken(): NewSecret {
  return newSecret('ot-sol-');
}

function newSecret(prefix: string): NewSecret {
  const secret = prefix + randomBytes(RANDOM_BYTES).toString('base64url');
  return { secret, hash: hashKey(secret), hint: hintOf(secret) };
}
