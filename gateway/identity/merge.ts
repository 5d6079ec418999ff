/** Joins a user known by id only with the person whose e-mail turned up: one history, one allowance. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { debitEntryIdOf, movesOf, pastDebitsOf } from '../ledger/entry-queries.ts';
import { markDaysBetween } from '../reports/mark-days.ts';
import { FIGURES, type Figure } from '../reports/mark-parts.ts';
import { carriedOver } from './carried-over.ts';

export interface Merge {
  readonly from: string;
  readonly into: string;
  readonly actor: Actor;
}

/**
 * Moves everything of `from` to `into` and leaves `from` as a tombstone. Use and open holds add up, so that two
 * names never had two allowances; requests in flight settle against the user that their hold names by then.
 */
export async function mergeUser(context: GatewayContext, tx: Tx, { from, into, actor }: Merge): Promise<void> {
  const { users, holds, usageRecords, ledgerEntries, identityLinks, keys, alerts, refusals, keptAnswers } = tx.tables;
  const { outbox, tickets, portalSessions } = tx.tables;
  const now = context.clock.now();
  const rows = await tx
    .select()
    .from(users)
    .where(inArray(users.id, [from, into]));
  const source = rows.find(({ id }) => id === from);
  const target = rows.find(({ id }) => id === into);
  if (!source || !target) return;
  const carried = await carriedOver(context, tx, { from: source, into: target });

  await movePeriods(tx, from, into);
  await moveRollups(tx, { from, into, today: context.calendar().day(now) });
  // Before the usage records, through which they are found.
  const debits = tx
    .select({ id: debitEntryIdOf(usageRecords.id) })
    .from(usageRecords)
    .where(eq(usageRecords.userId, from));
  await tx.update(ledgerEntries).set({ userId: into }).where(inArray(ledgerEntries.id, debits));
  await tx.update(ledgerEntries).set({ userId: into }).where(pastDebitsOf(ledgerEntries, from));
  await tx.update(ledgerEntries).set({ userId: into }).where(movesOf(ledgerEntries, from));
  const owned = [holds, usageRecords, identityLinks, keys, alerts, refusals, keptAnswers, tickets, portalSessions];
  for (const table of owned) {
    await tx.update(table).set({ userId: into }).where(eq(table.userId, from));
  }
  await tx.update(keys).set({ unnamedUserId: into }).where(eq(keys.unnamedUserId, from));
  await tx
    .update(outbox)
    .set({ userId: into, recipient: `user:${into}` })
    .where(eq(outbox.userId, from));
  await tx.update(outbox).set({ subjectId: into }).where(eq(outbox.subjectId, from));
  await tx
    .update(users)
    .set({
      credits: sql`${users.credits} + ${source.credits}`,
      heldCredits: sql`${users.heldCredits} + ${source.heldCredits}`,
      openHolds: sql`${users.openHolds} + ${source.openHolds}`,
      updatedAt: now,
      ...carried,
    })
    .where(eq(users.id, into));
  await tx
    .update(users)
    .set({
      status: 'deleted',
      name: '',
      searchText: '',
      credits: 0,
      heldCredits: 0,
      openHolds: 0,
      deletedAt: now,
      updatedAt: now,
    })
    .where(eq(users.id, from));
  await context.audit.write(tx, {
    actor,
    action: 'user.merged',
    target: { kind: 'user', id: into },
    details: { from, credits: source.credits, ...carriedDetails(carried) },
  });
}

/** What was carried over, as the entry tells it. Reasons are personal, and stand in the entries of the decisions. */
function carriedDetails({ statusReason: _, ...columns }: Awaited<ReturnType<typeof carriedOver>>): object {
  return Object.keys(columns).length === 0 ? {} : { carriedOver: columns };
}

async function movePeriods(tx: Tx, from: string, into: string): Promise<void> {
  const { userPeriods } = tx.tables;
  const periods = await tx.select().from(userPeriods).where(eq(userPeriods.userId, from));
  for (const row of periods) {
    await tx
      .insert(userPeriods)
      .values({ ...row, userId: into })
      .onConflictDoUpdate({
        target: [userPeriods.userId, userPeriods.period],
        set: {
          usedMonthly: sql`${userPeriods.usedMonthly} + ${row.usedMonthly}`,
          usedCredits: sql`${userPeriods.usedCredits} + ${row.usedCredits}`,
          heldMonthly: sql`${userPeriods.heldMonthly} + ${row.heldMonthly}`,
        },
      });
  }
  await tx.delete(userPeriods).where(eq(userPeriods.userId, from));
}

async function moveRollups(
  tx: Tx,
  { from, into, today }: { from: string; into: string; today: string },
): Promise<void> {
  const { dailyRollups, usageMarks } = tx.tables;
  const rows = await tx.select().from(dailyRollups).where(eq(dailyRollups.userId, from));
  const { day, userId, departmentId, model, upstreamId } = dailyRollups;
  for (const row of rows) {
    await tx
      .insert(dailyRollups)
      .values({ ...row, userId: into })
      .onConflictDoUpdate({ target: [day, userId, departmentId, model, upstreamId], set: added(dailyRollups, row) });
  }
  await tx.delete(dailyRollups).where(eq(dailyRollups.userId, from));

  const first = rows.map((row) => row.day).sort()[0];
  if (first === undefined) return;
  const ofSource = and(
    inArray(usageMarks.day, ['', ...markDaysBetween(first, today)]),
    inArray(usageMarks.model, ['', ...new Set(rows.map((row) => row.model))]),
    eq(usageMarks.userId, from),
  );
  for (const row of await tx.select().from(usageMarks).where(ofSource)) {
    await tx
      .insert(usageMarks)
      .values({ ...row, userId: into })
      .onConflictDoUpdate({
        target: [usageMarks.day, usageMarks.model, usageMarks.userId, usageMarks.departmentId],
        set: added(usageMarks, row),
      });
  }
  await tx.delete(usageMarks).where(ofSource);
}

/** The columns of a conflicting row with the figures of another added. */
function added(
  table: Tx['tables']['dailyRollups' | 'usageMarks'],
  row: Readonly<Record<Figure, number>>,
): Record<Figure, SQL> {
  const sums = FIGURES.map((figure) => [figure, sql`${table[figure]} + ${row[figure]}`]);
  return Object.fromEntries(sums) as Record<Figure, SQL>;
}
