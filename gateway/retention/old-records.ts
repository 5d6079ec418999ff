/** Old usage records: which they are, how many, and how some of them are deleted. */
import { and, asc, eq, gt, gte, inArray, isNotNull, lt, ne, notInArray, type SQL } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Queries, Tx } from '../db/database.ts';
import { firstIdAt, idTime } from '../db/ids.ts';
import { debitEntryId } from '../ledger/debit-id.ts';
import { sum } from '../reports/sums.ts';
import type { CutOff } from './cut-off.ts';

/** Exactly, up to here; beyond it is an estimate, because counting millions takes long. */
const COUNTED = 10_000;

/** Whether there is anything to delete. */
export async function hasOldRecords(db: Queries, cutOff: CutOff): Promise<boolean> {
  return (await oldIds(db, '', cutOff, 1)).length > 0;
}

/** How many records are older. */
export async function countOldRecords(
  { db, calendar }: Pick<GatewayContext, 'db' | 'calendar'>,
  cutOff: CutOff,
): Promise<{ records: number; isEstimate: boolean }> {
  const counted = (await oldIds(db, '', cutOff, COUNTED + 1)).length;
  if (counted <= COUNTED) return { records: counted, isEstimate: false };
  const { dailyTotals, usageRecords } = db.tables;
  const [first] = await db.select({ id: usageRecords.id }).from(usageRecords).orderBy(asc(usageRecords.id)).limit(1);
  const from = first ? calendar().day(idTime(first.id)) : cutOff.day;
  const [row] = await db
    .select({ requests: sum(dailyTotals.requests) })
    .from(dailyTotals)
    .where(and(gte(dailyTotals.day, from), lt(dailyTotals.day, cutOff.day)));
  return { records: Math.max(counted, row?.requests ?? 0), isEstimate: true };
}

/**
 * Deletes the next `limit` old records after an id, and what refers to them lets go. Their debits stay as they are, but
 * for the name of the record: by its absence they are found from now on.
 *
 * @returns their ids; fewer than `limit` at the end
 */
export async function deleteNext(tx: Tx, after: string, cutOff: CutOff, limit: number): Promise<string[]> {
  const { usageRecords, ledgerEntries } = tx.tables;
  const ids = await oldIds(tx, after, cutOff, limit);
  if (ids.length === 0) return ids;
  await tx
    .update(ledgerEntries)
    .set({ usageId: null })
    .where(and(inArray(ledgerEntries.id, ids.map(debitEntryId)), eq(ledgerEntries.kind, 'debit')));
  await tx.delete(usageRecords).where(inArray(usageRecords.id, ids));
  return ids;
}

async function oldIds(db: Queries, after: string, cutOff: CutOff, limit: number): Promise<string[]> {
  const { id } = db.tables.usageRecords;
  const rows = await db
    .select({ id })
    .from(db.tables.usageRecords)
    .where(and(gt(id, after), isOld(db, cutOff)))
    .orderBy(asc(id))
    .limit(limit);
  return rows.map((row) => row.id);
}

/** Open holds keep their record, and so do tickets that are not decided: whoever decides looks at it. */
function isOld(db: Queries, { at }: CutOff): SQL | undefined {
  const { usageRecords, tickets } = db.tables;
  const { id, outcome } = usageRecords;
  const named = db
    .select({ id: tickets.requestId })
    .from(tickets)
    .where(and(inArray(tickets.status, ['open', 'asked']), isNotNull(tickets.requestId)));
  return and(lt(id, firstIdAt('req', at)), ne(outcome, 'pending'), notInArray(id, named));
}
