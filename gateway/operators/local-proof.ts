/**
 * How two programs on this machine show each other that they read the same `local.secret`, without sending it: each
 * signs the other's nonce. A program that only took over the port learns nothing, and nothing can be played back.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../ops/clock.ts';
import { createRemembered } from '../ops/remembered.ts';

/** How long a challenge may be answered. */
const CHALLENGE_MS = 30_000;
const OPEN_CHALLENGES = 100;

export interface LocalChallenges {
  /** A nonce that can be answered once, and the proof that this gateway knows the secret. */
  issue(clientNonce: string): { nonce: string; proof: string };
  /** Whether `proof` answers the challenge `nonce`. Every challenge can be tried once. */
  redeem(nonce: string, proof: string): boolean;
}

/**
 * The proof of one side.
 *
 * @param side who proves
 * @returns 64 hexadecimal digits
 */
export function localProof(
  secret: string,
  side: 'gateway' | 'app',
  gatewayId: string,
  nonces: { client: string; gateway: string },
): string {
  const text = ['ia-solaris local', side, gatewayId, nonces.client, nonces.gateway].join('\n');
  return createHmac('sha256', Buffer.from(secret, 'hex')).update(text).digest('hex');
}

export function createLocalChallenges(clock: Clock, secret: string, gatewayId: string): LocalChallenges {
  const open = createRemembered<{ clientNonce: string; issuedAt: number }>(OPEN_CHALLENGES);
  return {
    issue(clientNonce) {
      const nonce = randomBytes(32).toString('hex');
      open.set(nonce, { clientNonce, issuedAt: clock.now() });
      return { nonce, proof: localProof(secret, 'gateway', gatewayId, { client: clientNonce, gateway: nonce }) };
    },
    redeem(nonce, proof) {
      const challenge = open.get(nonce);
      open.delete(nonce);
      if (!challenge || clock.now() - challenge.issuedAt > CHALLENGE_MS) return false;
      const wanted = localProof(secret, 'app', gatewayId, { client: challenge.clientNonce, gateway: nonce });
      return timingSafeEqual(Buffer.from(wanted, 'hex'), Buffer.from(proof, 'hex'));
    },
  };
}
