/** Lock-out after wrong passwords: each further one costs twice the time of the one before. */
import { hash } from 'node:crypto';
import { asc, eq, inArray, lt } from 'drizzle-orm';
import type { Database, Tx } from '../db/database.ts';
import type { Clock } from '../ops/clock.ts';

/** So many may be wrong without any wait. */
const FREE_FAILURES = 4;
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;
/** Of e-mails that nobody has: so many are remembered, for so long. */
const MOST_UNKNOWN = 50_000;
const UNKNOWN_KEPT_MS = 90 * 86_400_000;

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

/** The same counting for an e-mail that nobody has: a lock-out must not tell which e-mails exist, on any gateway. */
export async function countUnknownAttempt(db: Database, clock: Clock, email: string): Promise<CountedAttempt> {
  const { unknownSignIns } = db.tables;
  const emailHash = hash('sha256', email, 'hex');
  return db.tx(async (tx) => {
    const now = clock.now();
    const [before] = await tx.select().from(unknownSignIns).where(eq(unknownSignIns.emailHash, emailHash));
    const next = nextAttempt(before ?? { failedLogins: 0, lockedUntil: null }, now);
    if (next.kind === 'locked') return next;
    const { failedLogins, lockedUntil } = next;
    const set = { failedLogins, lockedUntil, attemptedAt: now };
    if (before) await tx.update(unknownSignIns).set(set).where(eq(unknownSignIns.emailHash, emailHash));
    else {
      await forgetUnknown(tx, now);
      await tx.insert(unknownSignIns).values({ emailHash, ...set });
    }
    return next;
  });
}

/** Makes room: whoever guesses e-mails must not fill the disk. */
async function forgetUnknown(tx: Tx, now: number): Promise<void> {
  const { unknownSignIns } = tx.tables;
  await tx.delete(unknownSignIns).where(lt(unknownSignIns.attemptedAt, now - UNKNOWN_KEPT_MS));
  if ((await tx.$count(unknownSignIns)) < MOST_UNKNOWN) return;
  const oldest = tx
    .select({ emailHash: unknownSignIns.emailHash })
    .from(unknownSignIns)
    .orderBy(asc(unknownSignIns.attemptedAt), asc(unknownSignIns.emailHash))
    .limit(MOST_UNKNOWN / 100);
  await tx.delete(unknownSignIns).where(inArray(unknownSignIns.emailHash, oldest));
}
