/** Lists that can be millions long: usage records, ledger entries, refusals. Every page is a seek in an index. */
import { and, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { inOrderOf, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import type { List } from '../contract/common.ts';
import type {
  LedgerEntry,
  LedgerQuery,
  ListedRefusal,
  ListedUsage,
  LongListQuery,
  RefusalsQuery,
  UsageQuery,
} from '../contract/reports.ts';
import type { Queries, Tables } from '../db/database.ts';
import { firstIdAt } from '../db/ids.ts';
import type { Outcome } from '../db/json-columns.ts';
import { userNames } from '../identity/names.ts';
import { type EntryFilter, type EntryPosition, entryCounts, entryPage, positionOf } from '../ledger/entry-queries.ts';
import { usageKeptFrom } from '../retention/kept-from.ts';
import { instantsOf } from './days.ts';
import { hoursOfCell } from './hours.ts';
import { toLedgerEntry, toRefusal, toUsageRecord } from './rows.ts';
import { withinUseOf } from './upstream-ids.ts';

/** Rows are counted up to here. */
const COUNTED = 10_000;

/** `totalIsMore`: there are more than `total`. */
export interface LongList<Item> extends List<Item> {
  totalIsMore: boolean;
}

interface UsageList extends LongList<ListedUsage> {
  /** Epoch milliseconds: of what was asked for, requests before this were deleted. */
  keptFrom: number | null;
}

/** Usage records, newest first. Their ids are ordered by time, so days are ranges of ids. */
export async function listUsage(context: GatewayContext, query: UsageQuery): Promise<UsageList> {
  const { db } = context;
  const { usageRecords } = db.tables;
  const { id, userId, model, upstreamId } = usageRecords;
  const { from, before } = daysOf(context, query);
  const { upstream } = query;
  const isFew = query.user !== undefined || query.hour !== undefined || isTrouble(query.outcome);
  const matches = and(
    query.user === undefined ? undefined : eq(userId, query.user),
    query.model === undefined
      ? undefined
      : query.user === undefined && !isTrouble(query.outcome)
        ? eq(model, query.model)
        : eq(unsought(model), query.model),
    upstream === undefined ? undefined : eq(upstreamId, upstream),
    upstream === undefined || isFew ? undefined : await withinUseOf(context, upstream, query),
    query.hour === undefined ? undefined : hourCondition(context, query.hour),
    query.user === undefined ? outcomeCondition(context, query.outcome) : outcomeOf(context, query.outcome),
    from === null ? undefined : gte(id, firstIdAt('req', from)),
    before === null ? undefined : lt(id, firstIdAt('req', before)),
  );
  const page = pageOf(query, { fields: { createdAt: id }, id, fallback: '-createdAt' });
  const keys = await db
    .select({ ...page.keys })
    .from(usageRecords)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const ids = keys.map(({ sortId }) => String(sortId));
  const rows = ids.length === 0 ? [] : await db.select().from(usageRecords).where(inArray(id, ids));
  const counted = await page.total(keys, () => countSome(db, usageRecords, matches));
  const names = await userNames(
    db,
    rows.map((row) => row.userId),
  );
  const found = inOrderOf(keys, rows, (row) => row.id);
  const toItem = (row: (typeof found)[number]): ListedUsage => ({
    ...toUsageRecord(row),
    userName: names.get(row.userId) ?? null,
  });
  const keptFrom = await usageKeptFrom(db);
  // Only where what is asked for reaches back so far.
  const isCut = keptFrom !== null && (from === null || from < keptFrom);
  return { ...longList(counted, (total) => page.finish(found, total, toItem)), keptFrom: isCut ? keptFrom : null };
}

/** Ledger entries, newest first; a debit stands at the start of its request. */
export async function listLedger(context: GatewayContext, query: LedgerQuery): Promise<LongList<LedgerEntry>> {
  const { db } = context;
  const { id, createdAt } = db.tables.ledgerEntries;
  const filter: EntryFilter = { userId: query.user ?? null, kinds: query.kind ?? [], ...daysOf(context, query) };
  const { last, descending, limit, finish } = pageOf(query, { fields: { createdAt }, id, fallback: '-createdAt' });
  const after = last && positionFrom(last);
  const rows = await entryPage(db, filter, { after, descending, limit });
  const keyed = rows.map((row) => {
    const { at, isMove } = positionOf(row);
    return { row, sortValue: at, sortId: (isMove ? MOVE : DEBIT) + row.id };
  });
  const counts = await Promise.all(entryCounts(db, filter).map(({ table, matches }) => countSome(db, table, matches)));
  const counted = counts.reduce((sum, count) => sum + count, 0);
  return longList(counted, (total) => finish(keyed, total, ({ row }) => toLedgerEntry(row)));
}

/** In cursors, before the entry's id. */
const MOVE = 'm:';
const DEBIT = 'd:';

function positionFrom({ value, id }: { value: unknown; id: string }): EntryPosition {
  return { at: Number(value), isMove: id.startsWith(MOVE), id: id.slice(MOVE.length) };
}

/** Refused requests by minute, newest first; those of one minute in the order in which each of them began. */
export async function listRefusals(context: GatewayContext, query: RefusalsQuery): Promise<LongList<ListedRefusal>> {
  const { db } = context;
  const { refusals } = db.tables;
  const { id, userId, code, minute, createdAt } = refusals;
  const { from, before } = daysOf(context, query);
  // Ids say nothing of time. Numbers of one length sort as texts do.
  const withinMinute = sql<string>`cast(100000 + ${createdAt} - ${minute} as text) || ${id}`.mapWith(String);
  const matches = and(
    query.user === undefined ? undefined : eq(userId, query.user),
    query.code === undefined
      ? undefined
      : query.user === undefined
        ? eq(code, query.code)
        : eq(unsought(code), query.code),
    from === null ? undefined : gte(minute, from),
    before === null ? undefined : lt(minute, before),
  );
  const page = pageOf(query, { fields: { createdAt: minute }, id: withinMinute, fallback: '-createdAt' });
  const rows = await db
    .select({ row: refusals, ...page.keys })
    .from(refusals)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const counted = await page.total(rows, () => countSome(db, refusals, matches));
  const names = await userNames(
    db,
    rows.map(({ row }) => row.userId),
  );
  const toItem = ({ row }: (typeof rows)[number]): ListedRefusal => ({
    ...toRefusal(row),
    userName: (row.userId === null ? undefined : names.get(row.userId)) ?? null,
  });
  return longList(counted, (total) => page.finish(rows, total, toItem));
}

/**
 * The few records that went wrong have an index of their own, and the pending ones are the open holds; whatever else is
 * asked for is nearly everything, and found on the way through time.
 */
function outcomeCondition({ db }: GatewayContext, outcomes: readonly Outcome[] = []): SQL | undefined {
  if (outcomes.length === 0) return undefined;
  const { usageRecords, holds } = db.tables;
  const { id, outcome } = usageRecords;
  const isPending = and(eq(outcome, 'pending'), inArray(id, db.select({ id: holds.id }).from(holds)));
  if (outcomes.every((one) => one === 'pending')) return isPending;
  return inArray(isTrouble(outcomes) ? usageRecords.trouble : outcome, [...outcomes]);
}

/** Of all weeks that the hours of the week are told of, each a range of ids. */
function hourCondition(context: GatewayContext, cell: string): SQL | undefined {
  const { id } = context.db.tables.usageRecords;
  return or(
    ...hoursOfCell(context, cell).map(({ startsAt, endsAt }) =>
      and(gte(id, firstIdAt('req', startsAt)), lt(id, firstIdAt('req', endsAt))),
    ),
  );
}

/** Whether all of these have the index of what went wrong, which knows the models, too. */
function isTrouble(outcomes: readonly Outcome[] = []): boolean {
  return outcomes.length > 0 && !outcomes.includes('ok') && !outcomes.includes('pending');
}

/** Of one user's records, which are few: found by the user, whatever else they must be. */
function outcomeOf({ db }: GatewayContext, outcomes: readonly Outcome[] = []): SQL | undefined {
  return outcomes.length === 0 ? undefined : inArray(unsought(db.tables.usageRecords.outcome), [...outcomes]);
}

/** A text that no index is asked for: SQLite would take that of the model, and read a tenth of all rows for a user's few. */
function unsought(column: Tables['usageRecords']['model' | 'outcome'] | Tables['refusals']['code']): SQL<string> {
  return sql<string>`(${column} || '')`;
}

function daysOf(context: GatewayContext, { from, to }: LongListQuery) {
  return instantsOf(context.calendar(), { from, to });
}

async function countSome(db: Queries, table: PgTable, matches: SQL | undefined): Promise<number> {
  const one = sql<number>`1`.as('one');
  const some = db
    .select({ one })
    .from(table)
    .where(matches)
    .limit(COUNTED + 1)
    .as('some');
  const [counted] = await db.select({ total: sql<number>`count(*)`.mapWith(Number) }).from(some);
  return counted?.total ?? 0;
}

function longList<Item>(counted: number, finish: (total: number) => List<Item>): LongList<Item> {
  return { ...finish(Math.min(counted, COUNTED)), totalIsMore: counted > COUNTED };
}
