/**
 * Finding ledger entries. Debits have no index by user or time: their ids follow from their usage records', which are
 * ordered by time and have one. Debits whose record is no longer kept have their own, and so have all other moves, which
 * are few.
 */
import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Queries, Tables } from '../db/database.ts';
import { firstIdAt, idTime } from '../db/ids.ts';
import type { LedgerKind } from '../db/json-columns.ts';
import { debitedUsageId } from './debit-id.ts';

export type LedgerEntryRow = Tables['ledgerEntries']['$inferSelect'];

export interface EntryFilter {
  /** Null means everybody. */
  readonly userId: string | null;
  /** Empty means all. */
  readonly kinds: readonly LedgerKind[];
  /** Epoch milliseconds; `before` is excluded. */
  readonly from: number | null;
  readonly before: number | null;
}

/** Where an entry stands: a debit at the start of its request, a move at its own time and after the debits of that time. */
export interface EntryPosition {
  readonly at: number;
  readonly isMove: boolean;
  readonly id: string;
}

export interface EntryPage {
  readonly after: EntryPosition | null;
  readonly descending: boolean;
  readonly limit: number;
}

/** The id of the entry that debits the usage record in a column of usage ids. */
export function debitEntryIdOf(usageId: SQLWrapper): SQL<string> {
  return sql<string>`'led_' || substr(${usageId}, 5)`;
}

/** Debits of a user that have no usage record any more, in the words of their index. */
export function pastDebitsOf(ledgerEntries: Tables['ledgerEntries'], userId: string): SQL | undefined {
  return and(eq(ledgerEntries.userId, userId), sql`${ledgerEntries.kind} = 'debit'`, isNull(ledgerEntries.usageId));
}

/** Entries of a user that are no debits, in the words of their index. */
export function movesOf(ledgerEntries: Tables['ledgerEntries'], userId: string): SQL | undefined {
  return and(eq(ledgerEntries.userId, userId), isMove(ledgerEntries));
}

export function positionOf({ id, kind, createdAt }: LedgerEntryRow): EntryPosition {
  return kind === 'debit' ? { at: idTime(id), isMove: false, id } : { at: createdAt, isMove: true, id };
}

/** One page of entries by position: a seek in each of the places where they stand. */
export async function entryPage(db: Queries, filter: EntryFilter, page: EntryPage): Promise<LedgerEntryRow[]> {
  const [moves, ...debits] = await Promise.all([
    wantsMoves(filter) ? movePage(db, filter, page) : [],
    ...(wantsDebits(filter) ? debitPages(db, filter, page) : []),
  ]);
  const sign = page.descending ? -1 : 1;
  return [...debits.flat(), ...moves]
    .map((row) => ({ row, position: positionOf(row) }))
    .sort((a, b) => sign * compare(a.position, b.position))
    .slice(0, page.limit)
    .map(({ row }) => row);
}

/** What to count for a filter: the table and condition of the debits and of the moves, where they are asked for. */
export function entryCounts(db: Queries, filter: EntryFilter) {
  const { ledgerEntries } = db.tables;
  return [
    ...(wantsDebits(filter) ? debitSources(db, filter).map(({ table, matches }) => ({ table, matches })) : []),
    ...(wantsMoves(filter) ? [{ table: ledgerEntries, matches: movesMatch(db, filter) }] : []),
  ];
}

function debitPages(db: Queries, filter: EntryFilter, page: EntryPage): Promise<LedgerEntryRow[]>[] {
  const { usageRecords, ledgerEntries } = db.tables;
  return debitSources(db, filter).map(async ({ table, id, prefix, matches }) => {
    const where = and(matches, debitsBeyond(id, prefix, page));
    const order = page.descending ? desc(id) : asc(id);
    if (table === ledgerEntries) return db.select().from(ledgerEntries).where(where).orderBy(order).limit(page.limit);
    const rows = await db
      .select({ entry: ledgerEntries })
      .from(usageRecords)
      .innerJoin(ledgerEntries, eq(ledgerEntries.id, debitEntryIdOf(id)))
      .where(where)
      .orderBy(order)
      .limit(page.limit);
    return rows.map(({ entry }) => entry);
  });
}

function movePage(db: Queries, filter: EntryFilter, page: EntryPage): PromiseLike<LedgerEntryRow[]> {
  const { ledgerEntries } = db.tables;
  const order = page.descending ? desc : asc;
  return db
    .select()
    .from(ledgerEntries)
    .where(and(movesMatch(db, filter), movesBeyond(ledgerEntries, page)))
    .orderBy(order(ledgerEntries.createdAt), order(ledgerEntries.id))
    .limit(page.limit);
}

interface DebitSource {
  readonly table: Tables['ledgerEntries'] | Tables['usageRecords'];
  readonly id: DebitId;
  readonly prefix: 'led' | 'req';
  readonly matches: SQL | undefined;
}

type DebitId = Tables['ledgerEntries' | 'usageRecords']['id'];

/**
 * Where debits are found in the order of time: everybody's by their own ids; a user's through the usage records, and
 * beside them those that have none any more.
 */
function debitSources(db: Queries, { userId, from, before }: EntryFilter): DebitSource[] {
  const { usageRecords, ledgerEntries } = db.tables;
  const between = (id: DebitId, prefix: 'led' | 'req') =>
    and(
      from === null ? undefined : gte(id, firstIdAt(prefix, from)),
      before === null ? undefined : lt(id, firstIdAt(prefix, before)),
    );
  const entries = (matches: SQL | undefined): DebitSource => {
    const { id } = ledgerEntries;
    return { table: ledgerEntries, id, prefix: 'led', matches: and(matches, between(id, 'led')) };
  };
  if (userId === null) return [entries(eq(ledgerEntries.kind, 'debit'))];
  const { id } = usageRecords;
  const own = and(eq(usageRecords.userId, userId), gt(usageRecords.chargedTokens, 0));
  return [
    { table: usageRecords, id, prefix: 'req', matches: and(own, between(id, 'req')) },
    entries(pastDebitsOf(ledgerEntries, userId)),
  ];
}

function debitsBeyond(id: DebitId, prefix: 'led' | 'req', { after, descending }: EntryPage): SQL | undefined {
  if (!after) return undefined;
  if (after.isMove) {
    const next = firstIdAt(prefix, after.at + 1);
    return descending ? lt(id, next) : gte(id, next);
  }
  const last = prefix === 'led' ? after.id : debitedUsageId(after.id);
  return descending ? lt(id, last) : gt(id, last);
}

function movesMatch(db: Queries, { userId, kinds, from, before }: EntryFilter): SQL | undefined {
  const { ledgerEntries } = db.tables;
  return and(
    isMove(ledgerEntries),
    userId === null ? undefined : eq(ledgerEntries.userId, userId),
    kinds.length === 0 ? undefined : inArray(ledgerEntries.kind, [...kinds]),
    from === null ? undefined : gte(ledgerEntries.createdAt, from),
    before === null ? undefined : lt(ledgerEntries.createdAt, before),
  );
}

function movesBeyond({ createdAt, id }: Tables['ledgerEntries'], { after, descending }: EntryPage): SQL | undefined {
  if (!after) return undefined;
  if (!after.isMove) return descending ? lt(createdAt, after.at) : gte(createdAt, after.at);
  const beyond = descending ? sql`<` : sql`>`;
  return sql`(${createdAt}, ${id}) ${beyond} (${after.at}, ${after.id})`;
}

function isMove({ kind }: Tables['ledgerEntries']): SQL {
  return sql`${kind} <> 'debit'`;
}

function wantsDebits({ kinds }: EntryFilter): boolean {
  return kinds.length === 0 || kinds.includes('debit');
}

function wantsMoves({ kinds }: EntryFilter): boolean {
  return kinds.length === 0 || kinds.some((kind) => kind !== 'debit');
}

function compare(a: EntryPosition, b: EntryPosition): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.isMove !== b.isMove) return a.isMove ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}
