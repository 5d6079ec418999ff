/** Deleting a user: what they are is erased, what they used stays, under an id that says nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, gt, inArray, isNotNull } from 'drizzle-orm';
import { reasonOf } from '../api/changes.ts';
import { eraseAnswers } from '../api/idempotency-claims.ts';
import { eraseSubject } from '../audit/erase-subject.ts';
import type { GatewayContext } from '../context.ts';
import type { Database, Tx } from '../db/database.ts';
import { revokeKeys } from '../keys/queries.ts';
import { movesOf } from '../ledger/entry-queries.ts';
import { eraseMails } from '../mail/outbox.ts';
import { ApiError } from '../ops/api-error.ts';
import { TOMBSTONE_PLAN } from '../plans/queries.ts';
import type { Changer } from './checks.ts';
import { findUserRow } from './queries.ts';

const CUT_CHECK_MS = 50;
const TOLD_AGAIN_MS = 1_000;
const LONGEST_CUT_MS = 5_000;

/**
 * Deletes a user in three steps, each of which may be repeated: no new requests and no way in; open requests are cut and
 * settled; then personal data is erased. What a crash leaves undone, the next call or `finishErasures` completes.
 *
 * @param reason may be null
 * @throws ApiError 404
 */
export async function deleteUser(
  context: GatewayContext,
  userId: string,
  reason: string | null,
  by: Changer,
): Promise<void> {
  const { db, events } = context;
  await db.tx((tx) => shutOut(context, tx, userId, reason, by));
  await events.emit({ kind: 'keys_changed' });
  await events.emit({ kind: 'user_changed', userId });
  await events.emit({ kind: 'user_cancelled', userId });
  await othersSettled(context, userId);
  await erase(context, userId);
}

/** Other gateways of the database cut the user's requests when they hear of it; a dead one's are given back later. */
async function othersSettled({ db, events }: GatewayContext, userId: string): Promise<void> {
  if (db.notices === null) return;
  const { holds } = db.tables;
  for (let waited = 0; waited < LONGEST_CUT_MS; waited += CUT_CHECK_MS) {
    if ((await db.$count(holds, eq(holds.userId, userId))) === 0) return;
    await sleep(CUT_CHECK_MS);
    // One whose connection had just broken has not heard of it.
    if (waited > 0 && waited % TOLD_AGAIN_MS === 0) await events.emit({ kind: 'user_cancelled', userId });
  }
}

/** Completes deletions that a crash interrupted. For the start, when nothing of the users is open. */
export async function finishErasures(context: GatewayContext): Promise<void> {
  const { db } = context;
  const { users } = db.tables;
  const left = await db
    .select({ id: users.id })
    .from(users)
    // The last step touches the row once more.
    .where(and(eq(users.status, 'deleted'), eq(users.updatedAt, users.deletedAt)));
  for (const { id } of left) await erase(context, id);
}

async function shutOut(
  context: GatewayContext,
  tx: Tx,
  userId: string,
  reason: string | null,
  { actor }: Changer,
): Promise<void> {
  const row = await findUserRow(tx, userId);
  if (!row) throw new ApiError(404, 'user_not_found', 'There is no user with this id.');
  if (row.status === 'deleted') return;
  const { users, identityLinks, keptAnswers, tickets } = tx.tables;
  const now = context.clock.now();
  await tx
    .update(users)
    .set({ status: 'deleted', suspendedUntil: null, deletedAt: now, updatedAt: now })
    .where(eq(users.id, userId));
  await tx.delete(identityLinks).where(eq(identityLinks.userId, userId));
  await tx.delete(keptAnswers).where(eq(keptAnswers.userId, userId));
  await tx
    .update(tickets)
    .set({ status: 'withdrawn', updatedAt: now })
    .where(and(eq(tickets.userId, userId), inArray(tickets.status, ['open', 'asked'])));
  const keyIds = await revokeKeys(tx, { userId }, now);
  await context.audit.write(tx, {
    actor,
    action: 'user.deleted',
    target: { kind: 'user', id: userId },
    details: { credits: row.credits, revokedKeys: keyIds },
    // With the person as its subject it would be erased with the person.
    ...reasonOf(reason),
  });
}

async function erase(context: GatewayContext, userId: string): Promise<void> {
  await eraseTraces(context.db, userId);
  await context.db.tx((tx) => erasePerson(context, tx, userId));
}

async function erasePerson(context: GatewayContext, tx: Tx, userId: string): Promise<void> {
  const { users, keys, alerts, tickets, ticketSteps, portalLinks, portalSessions } = tx.tables;
  const row = await findUserRow(tx, userId);
  await eraseAnswers(tx, userId, row?.email ?? null);
  await tx
    .update(users)
    .set({
      email: null,
      name: '',
      searchText: '',
      locale: null,
      alertThresholds: null,
      statusReason: null,
      planId: TOMBSTONE_PLAN,
      departmentId: null,
      updatedAt: context.clock.now(),
    })
    .where(eq(users.id, userId));
  await tx.update(keys).set({ name: '' }).where(eq(keys.userId, userId));
  const own = tx.select({ id: tickets.id }).from(tickets).where(eq(tickets.userId, userId));
  await tx.update(ticketSteps).set({ text: null }).where(inArray(ticketSteps.ticketId, own));
  await tx.update(tickets).set({ message: '', decisionText: null }).where(eq(tickets.userId, userId));
  await tx.delete(portalLinks).where(eq(portalLinks.userId, userId));
  await tx.delete(portalSessions).where(eq(portalSessions.userId, userId));
  await eraseSubject(tx, userId);
  await tx.delete(alerts).where(eq(alerts.userId, userId));
  await eraseMails(tx, userId);
}

/** How many rows are changed in one transaction, so that requests need not wait long for the database. */
const BATCH = 500;

/** Takes what may tell of the person out of the records that stay. */
async function eraseTraces(db: Database, userId: string): Promise<void> {
  const { usageRecords, ledgerEntries, refusals } = db.tables;
  await inBatches(
    (after) =>
      db
        .select({ id: usageRecords.id })
        .from(usageRecords)
        .where(and(eq(usageRecords.userId, userId), gt(usageRecords.id, after)))
        .orderBy(usageRecords.id)
        .limit(BATCH),
    (ids) =>
      db
        .update(usageRecords)
        .set({ ipAddress: null, userAgent: null, errorMessage: null })
        .where(inArray(usageRecords.id, ids)),
  );
  await inBatches(
    (after) =>
      db
        .select({ id: ledgerEntries.id })
        .from(ledgerEntries)
        .where(and(movesOf(ledgerEntries, userId), isNotNull(ledgerEntries.reason), gt(ledgerEntries.id, after)))
        .orderBy(ledgerEntries.id)
        .limit(BATCH),
    (ids) => db.update(ledgerEntries).set({ reason: null }).where(inArray(ledgerEntries.id, ids)),
  );
  await db.update(refusals).set({ ipAddress: null }).where(eq(refusals.userId, userId));
}

async function inBatches(
  next: (after: string) => PromiseLike<{ id: string }[]>,
  change: (ids: string[]) => PromiseLike<unknown>,
): Promise<void> {
  let after = '';
  for (;;) {
    const ids = (await next(after)).map((row) => row.id);
    const last = ids.at(-1);
    if (last === undefined) return;
    await change(ids);
    after = last;
  }
}
