/** One-time codes of an authenticator app: six digits, every 30 seconds. */

import { Secret, TOTP } from 'otpauth';
import { createRemembered } from '../ops/remembered.ts';

const ISSUER = 'IA Solaris';
const PERIOD_SECONDS = 30;
/** Clocks of phones may be this many periods off. */
const WINDOW = 1;

/** A new secret in base32 (160 bits). */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** The `otpauth://` URI that an authenticator app reads from a QR code. */
export function totpUri(secret: string, email: string): string {
  return totpOf(secret, email).toString();
}

/** Finds the period that `code` belongs to, near `now`. @returns null when the code is wrong */
export function totpPeriod(secret: string, code: string, now: number): number | null {
  const delta = totpOf(secret, '').validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? null : Math.floor(now / 1_000 / PERIOD_SECONDS) + delta;
}

export interface TotpChecker {
  /** Whether the code is good, and was not used before. */
  accept(operatorId: string, secret: string, code: string, now: number): boolean;
}

/** Remembers the last used code of each operator, so that one that was looked over a shoulder is worth nothing. */
export function createTotpChecker(): TotpChecker {
  const lastPeriods = createRemembered<number>(1_000);
  return {
    accept(operatorId, secret, code, now) {
      const period = totpPeriod(secret, code, now);
      if (period === null || period <= (lastPeriods.get(operatorId) ?? 0)) return false;
      lastPeriods.set(operatorId, period);
      return true;
    },
  };
}

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: ISSUER, label, secret: Secret.fromBase32(secret), period: PERIOD_SECONDS });
}
