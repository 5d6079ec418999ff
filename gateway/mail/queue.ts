/** The outbox as the sender sees it: whose turn it is, who sends it, and how it ended. Each step is one statement. */
import { and, asc, eq, inArray, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Database, Queries } from '../db/database.ts';
import { hasSurelyStopped } from '../ops/presence.ts';
import { MAIL_RULES, type MailKind } from './kinds.ts';
import type { OutboxRow } from './readers.ts';

/** Longer than the sending of one mail may take. */
export const LEASE_MS = 180_000;
/** Of one look at the outbox. */
const BATCH = 20;
const AT_ONCE = (Object.keys(MAIL_RULES) as MailKind[]).filter((kind) => MAIL_RULES[kind].atOnce);

/** Mails whose turn it is: due, nobody sends them, and nothing older waits for the same recipient, where that matters. */
export async function dueMails(db: Queries, now: number): Promise<OutboxRow[]> {
  const { outbox } = db.tables;
  const isFirst = sql`not exists (
    select 1 from ${outbox} as earlier
    where earlier.recipient = ${outbox.recipient} and earlier.status = 'waiting'
      and (earlier.position < ${outbox.position} or (earlier.position = ${outbox.position} and earlier.id < ${outbox.id})))`;
  const mayGo = or(inArray(outbox.kind, AT_ONCE), isFirst);
  return db
    .select()
    .from(outbox)
    .where(and(eq(outbox.status, 'waiting'), lte(outbox.nextAttemptAt, now), isFree(db, now), mayGo))
    .orderBy(asc(outbox.nextAttemptAt), asc(outbox.position))
    .limit(BATCH);
}

/**
 * Nobody has leased it, the lease is over, or whoever had it is known to have stopped. Who is only taken for dead may be
 * sending it still.
 */
function isFree(db: Queries, now: number) {
  const { outbox, gateways } = db.tables;
  return sql`(${outbox.leaseUntil} is null or ${outbox.leaseUntil} <= ${now} or ${outbox.leaseOwner} in (
    select ${gateways.id} from ${gateways} where ${hasSurelyStopped(db.tables)}))`;
}

/**
 * Takes a mail for sending; of several gateways that try, one gets it.
 *
 * @returns the mail with its `Message-ID`, which stays as it is from the first attempt on; null when it was taken
 */
export async function claimMail(
  db: Queries,
  { id, messageId }: { id: string; messageId: string },
  gatewayId: string,
  now: number,
): Promise<OutboxRow | null> {
  const { outbox } = db.tables;
  const [claimed] = await db
    .update(outbox)
    .set({
      leaseOwner: gatewayId,
      leaseUntil: now + LEASE_MS,
      messageId: sql`coalesce(${outbox.messageId}, ${messageId})`,
      updatedAt: now,
    })
    .where(and(eq(outbox.id, id), eq(outbox.status, 'waiting'), isFree(db, now)))
    .returning();
  return claimed ?? null;
}

export type Ending =
  | { readonly kind: 'sent' }
  | { readonly kind: 'skipped' | 'dead'; readonly why: string }
  | { readonly kind: 'later'; readonly why: string; readonly nextAttemptAt: number; readonly isOwnFault: boolean };

/** Writes how an attempt ended, and gives the mail back. Only for whoever has claimed it. */
export async function endAttempt(
  db: Queries,
  row: Pick<OutboxRow, 'id' | 'attempts' | 'firstFailedAt'>,
  ending: Ending,
  gatewayId: string,
  now: number,
): Promise<void> {
  const { outbox } = db.tables;
  const free = { leaseOwner: null, leaseUntil: null, updatedAt: now };
  const tried = { attempts: row.attempts + 1 };
  const failed = { ...tried, firstFailedAt: row.firstFailedAt ?? now };
  const changes = (): Partial<typeof outbox.$inferInsert> => {
    switch (ending.kind) {
      case 'sent':
        return { ...tried, status: 'sent', sentAt: now, secret: null, lastError: null };
      case 'skipped':
        return { status: 'skipped', secret: null, lastError: ending.why };
      case 'dead':
        return { ...failed, status: 'dead', lastError: ending.why };
      case 'later':
        return {
          ...(ending.isOwnFault ? failed : {}),
          nextAttemptAt: ending.nextAttemptAt,
          lastError: ending.why,
        };
    }
  };
  await db
    .update(outbox)
    .set({ ...changes(), ...free })
    .where(and(eq(outbox.id, row.id), eq(outbox.leaseOwner, gatewayId), eq(outbox.status, 'waiting')));
}

/** Lets go of what has waited past its time. */
export async function skipExpired(db: Queries, now: number): Promise<void> {
  const { outbox } = db.tables;
  await db
    .update(outbox)
    .set({ status: 'skipped', secret: null, lastError: 'Its time had passed before it could be sent.', updatedAt: now })
    .where(and(eq(outbox.status, 'waiting'), isNotNull(outbox.expiresAt), lte(outbox.expiresAt, now), isFree(db, now)));
}

/** Lets go of mails that are not true any more; one that is being sent cannot be held back. */
export async function letGo(db: Queries, which: SQL | undefined, why: string, now: number): Promise<void> {
  const { outbox } = db.tables;
  await db
    .update(outbox)
    .set({ status: 'skipped', secret: null, lastError: why, updatedAt: now })
    .where(and(which, eq(outbox.status, 'waiting'), isNull(outbox.leaseOwner)));
}

/** Forgets mails that ended before `before`. Those that were given up stay for somebody to look at. */
export async function forgetOldMails(db: Database, before: number): Promise<void> {
  const { outbox } = db.tables;
  await db
    .delete(outbox)
    .where(and(sql`${outbox.status} in ('sent', 'skipped', 'discarded')`, lte(outbox.createdAt, before)));
}

export interface OutboxCounts {
  readonly waiting: number;
  readonly dead: number;
}

export async function countMails(db: Queries): Promise<OutboxCounts> {
  const { outbox } = db.tables;
  const count = (status: 'waiting' | 'dead') => db.$count(outbox, eq(outbox.status, status));
  return { waiting: await count('waiting'), dead: await count('dead') };
}
