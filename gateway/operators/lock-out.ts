/** Lock-out after wrong passwords: each further one costs twice the time of the one before. */
import { hash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Database, Tx } from '../db/database.ts';
import type { Clock } from '../ops/clock.ts';
import { createRemembered } from '../ops/remembered.ts';

/** So many may be wrong without any wait. */
const FREE_FAILURES = 4;
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;

interface Attempts {
  readonly failedLogins: number;
  readonly lockedUntil: number | null;
}

/** What one more attempt leads to. It counts as failed until it has succeeded, so that parallel guesses count too. */
export type CountedAttempt = { kind: 'locked'; waitMs: number } | ({ kind: 'counted' } & Attempts);

/** Pure: the state after one more attempt. */
export function nextAttempt(before: Attempts, now: number): CountedAttempt {
  const waitMs = (before.lockedUntil ?? now) - now;
  // One that lasts longer than any was set under a clock that was wrong, and would last until that date.
  if (waitMs > 0 && waitMs <= LONGEST_LOCK_MS) return { kind: 'locked', waitMs };
  const failedLogins = before.failedLogins + 1;
  const over = failedLogins - FREE_FAILURES;
  const lockedUntil = over <= 0 ? null : now + Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (over - 1));
  return { kind: 'counted', failedLogins, lockedUntil };
}

/** Counts an attempt of an operator; call it before the password is looked at. */
export async function countAttempt(db: Database, clock: Clock, operatorId: string): Promise<CountedAttempt> {
  const { operators } = db.tables;
  return db.tx(async (tx) => {
    const [before] = await tx
      .select({ failedLogins: operators.failedLogins, lockedUntil: operators.lockedUntil })
      .from(operators)
      .where(eq(operators.id, operatorId));
    const next = nextAttempt(before ?? { failedLogins: 0, lockedUntil: null }, clock.now());
    if (next.kind === 'counted') {
      const { failedLogins, lockedUntil } = next;
      await tx.update(operators).set({ failedLogins, lockedUntil }).where(eq(operators.id, operatorId));
    }
    return next;
  });
}

/** Forgets the attempts of an operator who has just proved who they are. */
export async function clearAttempts(tx: Tx, operatorId: string): Promise<void> {
  const { operators } = tx.tables;
  await tx.update(operators).set({ failedLogins: 0, lockedUntil: null }).where(eq(operators.id, operatorId));
}

/**
 * The same counting for e-mails that nobody has, in memory: a lock-out must not tell which e-mails exist.
 *
 * @returns a function that counts an attempt
 */
export function createUnknownAttempts(clock: Clock): (email: string) => CountedAttempt {
  const attempts = createRemembered<Attempts>(10_000);
  return (email) => {
    const key = hash('sha256', email, 'hex');
    const next = nextAttempt(attempts.get(key) ?? { failedLogins: 0, lockedUntil: null }, clock.now());
    if (next.kind === 'counted') attempts.set(key, next);
    return next;
  };
}
