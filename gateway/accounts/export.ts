/** All that is kept about one person, for the person (LGPD, article 18). */
import { and, eq, gt, inArray } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { toHistory, toOwnTicket } from '../credits/rows.ts';
import type { Queries } from '../db/database.ts';
import { toKey } from '../keys/rows.ts';
import { entryPage, positionOf } from '../ledger/entry-queries.ts';
import { toLedgerEntry, toRefusal, toUsageRecord } from '../reports/rows.ts';
import { usageKeptFrom } from '../retention/kept-from.ts';
import { findUser, findUserProfile, outlookOf } from './queries.ts';

const PAGE = 500;

/** The JSON text in pieces, so that years of records need no memory. The user must exist. */
export async function* exportUser(context: GatewayContext, userId: string): AsyncGenerator<string> {
  const { db, clock } = context;
  const { keys, userPeriods, dailyRollups, usageRecords, refusals, auditLog, auditPersonal, tickets } = db.tables;
  const requests = await db.select().from(tickets).where(eq(tickets.userId, userId)).orderBy(tickets.createdAt);
  const parts = {
    exportedAt: clock.now(),
    /** Single requests before this instant were deleted; the days and the ledger still tell of them. */
    usageKeptFrom: await usageKeptFrom(db),
    user: await findUser(db, outlookOf(context), userId),
    profile: await findUserProfile(db, userId, clock.now()),
    keys: (await db.select().from(keys).where(eq(keys.userId, userId))).map(toKey),
    periods: await db.select().from(userPeriods).where(eq(userPeriods.userId, userId)).orderBy(userPeriods.period),
    days: await db.select().from(dailyRollups).where(eq(dailyRollups.userId, userId)).orderBy(dailyRollups.day),
    requests: requests.map((row) => toOwnTicket(row, clock.now())),
    requestHistory: await requestHistory(
      db,
      requests.map(({ id }) => id),
    ),
    audit: await db
      .select({ at: auditLog.at, action: auditLog.action, details: auditLog.details, personal: auditPersonal.data })
      .from(auditPersonal)
      .innerJoin(auditLog, eq(auditLog.id, auditPersonal.auditId))
      .where(eq(auditPersonal.subjectId, userId))
      .orderBy(auditLog.seq),
  };
  yield `${JSON.stringify(parts).slice(0, -1)},"usage":`;
  yield* list(
    (last) =>
      db
        .select()
        .from(usageRecords)
        .where(and(eq(usageRecords.userId, userId), gt(usageRecords.id, last?.id ?? '')))
        .orderBy(usageRecords.id)
        .limit(PAGE),
    toUsageRecord,
  );
  yield ',"ledger":';
  const filter = { userId, kinds: [], from: null, before: null };
  yield* list(
    (last) => entryPage(db, filter, { after: last && positionOf(last), descending: false, limit: PAGE }),
    toLedgerEntry,
  );
  yield ',"refusals":';
  yield* list(
    (last) =>
      db
        .select()
        .from(refusals)
        .where(and(eq(refusals.userId, userId), gt(refusals.id, last?.id ?? '')))
        .orderBy(refusals.id)
        .limit(PAGE),
    toRefusal,
  );
  yield '}\n';
}

async function requestHistory(db: Queries, ticketIds: readonly string[]) {
  if (ticketIds.length === 0) return [];
  const { ticketSteps } = db.tables;
  const rows = await db
    .select()
    .from(ticketSteps)
    .where(inArray(ticketSteps.ticketId, [...ticketIds]));
  return rows.map((row) => ({ ticketId: row.ticketId, ...toHistory(row, null) }));
}

/** A JSON array of all pages; `next` gives the rows that come after the one it is told. */
async function* list<Row>(
  next: (last: Row | null) => PromiseLike<Row[]>,
  toItem: (row: Row) => unknown,
): AsyncGenerator<string> {
  yield '[';
  let last: Row | null = null;
  for (;;) {
    const rows: Row[] = await next(last);
    const newest = rows.at(-1);
    if (newest === undefined) break;
    yield (last === null ? '' : ',') + rows.map((row) => JSON.stringify(toItem(row))).join(',');
    last = newest;
  }
  yield ']';
}
