/** One-time codes of an authenticator app: six digits, every 30 seconds. */
import { and, eq, gt, isNull, lt, or } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import type { Tx } from '../db/database.ts';

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

/**
 * Uses a code up, inside the transaction of what it is for: one that was looked over a shoulder is worth nothing, on no
 * gateway of the database.
 *
 * @returns false when it is wrong, or it or a later one was used before
 */
export async function spendTotp(
  tx: Tx,
  operatorId: string,
  secret: string,
  code: string,
  now: number,
): Promise<boolean> {
  const period = totpPeriod(secret, code, now);
  if (period === null) return false;
  const { operators } = tx.tables;
  const { lastTotpPeriod } = operators;
  // A period that no code of now can have was kept under a clock that was wrong.
  const isUnused = or(isNull(lastTotpPeriod), lt(lastTotpPeriod, period), gt(lastTotpPeriod, period + 2 * WINDOW));
  const spent = await tx
    .update(operators)
    .set({ lastTotpPeriod: period })
    .where(and(eq(operators.id, operatorId), isUnused))
    .returning({ id: operators.id });
  return spent.length > 0;
}

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: ISSUER, label, secret: Secret.fromBase32(secret), period: PERIOD_SECONDS });
}
