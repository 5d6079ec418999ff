/** A user's statement: the ledger as its user sees it, on screen and as a file. */
import { inArray } from 'drizzle-orm';
import { CSV_START, csvLine } from '../api/csv.ts';
import type { GatewayContext } from '../context.ts';
import type { OwnLedgerEntry, OwnLedgerList } from '../contract/portal.ts';
import type { LedgerEntry, LedgerQuery } from '../contract/reports.ts';
import { entryPage, positionOf } from '../ledger/entry-queries.ts';
import { instantsOf } from '../reports/days.ts';
import { listLedger } from '../reports/lists.ts';
import { toLedgerEntry } from '../reports/rows.ts';

const PAGE = 500;

/** One page of the user's entries, newest first. */
export async function listStatement(
  context: GatewayContext,
  userId: string,
  query: Omit<LedgerQuery, 'user' | 'sort'>,
): Promise<OwnLedgerList> {
  const list = await listLedger(context, { ...query, sort: '-createdAt', user: userId });
  return { ...list, items: await asOwn(context, list.items) };
}

const COLUMNS = [
  'date',
  'kind',
  'model',
  'ticket',
  'monthly',
  'credits',
  'usedMonthlyAfter',
  'creditsAfter',
  'reason',
  'id',
];

/**
 * The statement as CSV in pieces, oldest first.
 *
 * @param days `YYYY-MM-DD` in the configured zone, both included
 */
export async function* statementCsv(
  context: GatewayContext,
  userId: string,
  days: { from?: string | undefined; to?: string | undefined },
): AsyncGenerator<string> {
  const filter = { userId, kinds: [], ...instantsOf(context.calendar(), days) };
  yield CSV_START + csvLine(COLUMNS);
  let after: ReturnType<typeof positionOf> | null = null;
  for (;;) {
    const rows = await entryPage(context.db, filter, { after, descending: false, limit: PAGE });
    const last = rows.at(-1);
    if (!last) return;
    const entries = await asOwn(context, rows.map(toLedgerEntry));
    yield entries.map(toLine).join('');
    after = positionOf(last);
  }
}

function toLine(entry: OwnLedgerEntry): string {
  return csvLine([
    new Date(entry.createdAt).toISOString(),
    entry.kind,
    entry.model,
    entry.ticket,
    entry.monthlyDelta,
    entry.creditsDelta,
    entry.usedMonthlyAfter,
    entry.creditsAfter,
    entry.reason,
    entry.id,
  ]);
}

async function asOwn({ db }: GatewayContext, entries: readonly LedgerEntry[]): Promise<OwnLedgerEntry[]> {
  const { usageRecords } = db.tables;
  const ids = entries.flatMap(({ usageId }) => (usageId === null ? [] : [usageId]));
  const rows =
    ids.length === 0
      ? []
      : await db
          .select({ id: usageRecords.id, model: usageRecords.model })
          .from(usageRecords)
          .where(inArray(usageRecords.id, ids));
  const models = new Map(rows.map(({ id, model }) => [id, model]));
  return entries.map(({ userId: _userId, operatorId: _operatorId, details, ...entry }) => ({
    ...entry,
    model: entry.usageId === null ? null : (models.get(entry.usageId) ?? null),
    ticket: typeof details?.ticket === 'number' ? `#${details.ticket}` : null,
  }));
}
