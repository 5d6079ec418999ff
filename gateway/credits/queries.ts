/** Reads of the queue. */
import { and, desc, eq, inArray, isNotNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import { usersNamed } from '../accounts/queries.ts';
import { containsWords, inOrderOf, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import type { List } from '../contract/common.ts';
import type { OwnTicket, Ticket, TicketCounts, TicketHistory, TicketList, TicketsQuery } from '../contract/tickets.ts';
import type { Queries } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { numberFrom, ticketName } from './price.ts';
import { type StepRow, type TicketRow, toHistory, toOwnTicket, toTicket } from './rows.ts';

/**
 * A ticket by its id, or by its number as people say it.
 *
 * @throws ApiError 404, also when it is not the ticket of `userId`
 */
export async function requireTicket(db: Queries, id: string, userId?: string): Promise<TicketRow> {
  const { tickets } = db.tables;
  const number = numberFrom(id);
  const [row] = await db
    .select()
    .from(tickets)
    .where(number === null ? eq(tickets.id, id) : eq(tickets.number, number));
  if (!row || (userId !== undefined && row.userId !== userId)) {
    throw new ApiError(404, 'ticket_not_found', 'There is no such request.');
  }
  return row;
}

/** The ticket with what is told of its user. @throws ApiError 404 */
export async function showTicket(db: Queries, id: string, now: number): Promise<Ticket> {
  const [ticket] = await selectTickets(db, now, eq(db.tables.tickets.id, id), 1);
  if (!ticket) throw new ApiError(404, 'ticket_not_found', 'There is no such request.');
  return ticket;
}

/** One page of the queue, with the counts of the badge. */
export async function listTickets({ db, clock }: GatewayContext, query: TicketsQuery): Promise<TicketList> {
  const { tickets, users } = db.tables;
  const { id, number, kind, status, urgency, userId, amount, dueAt, createdAt, updatedAt, decidedAt } = tickets;
  const now = clock.now();
  const rank = sql<number>`case ${urgency} when 'critical' then 3 when 'high' then 2 when 'medium' then 1 else 0 end`;
  const page = pageOf(query, {
    fields: { dueAt, createdAt, updatedAt, decidedAt, amount, number, urgency: rank.mapWith(Number) },
    id,
    fallback: '-createdAt',
  });
  const late = and(eq(status, 'open'), lt(dueAt, now));
  const matches = and(
    query.status && query.status.length > 0 ? inArray(status, query.status) : undefined,
    query.kind && query.kind.length > 0 ? inArray(kind, query.kind) : undefined,
    query.urgency && query.urgency.length > 0 ? inArray(urgency, query.urgency) : undefined,
    query.user === undefined ? undefined : eq(userId, query.user),
    query.overdue === undefined ? undefined : query.overdue === 'true' ? late : sql`not (${late})`,
    query.search ? searchCondition(db, query.search) : undefined,
  );
  const keys = await db
    .select({ ...page.keys })
    .from(tickets)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const rows = await db
    .select({ row: tickets, email: users.email, name: users.name, plan: users.planId })
    .from(tickets)
    .innerJoin(users, eq(users.id, userId))
    .where(
      inArray(
        id,
        keys.map(({ sortId }) => String(sortId)),
      ),
    );
  const total = await page.total(keys, () => db.$count(tickets, matches));
  const found = inOrderOf(keys, rows, ({ row }) => row.id);
  return {
    ...page.finish(found, total, ({ row, ...user }) => toTicket(row, user, now)),
    sums: await sumTickets(db, matches),
    counts: await countTickets(db, now),
    lastDecision: await lastDecision(db),
  };
}

/** One page of a user's own tickets. */
export async function listOwnTickets(
  { db, clock }: GatewayContext,
  userId: string,
  query: Pick<TicketsQuery, 'limit' | 'cursor' | 'sort' | 'status' | 'kind'>,
): Promise<List<OwnTicket>> {
  const { tickets } = db.tables;
  const { id, number, createdAt, updatedAt } = tickets;
  const now = clock.now();
  const page = pageOf(query, { fields: { createdAt, updatedAt, number }, id, fallback: '-createdAt' });
  const matches = and(
    eq(tickets.userId, userId),
    query.status && query.status.length > 0 ? inArray(tickets.status, query.status) : undefined,
    query.kind && query.kind.length > 0 ? inArray(tickets.kind, query.kind) : undefined,
  );
  const rows = await db
    .select({ row: tickets, ...page.keys })
    .from(tickets)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  return page.finish(rows, await db.$count(tickets, matches), ({ row }) => toOwnTicket(row, now));
}

/** What the tickets come to that match: a limit is no sum of anything. */
async function sumTickets(db: Queries, matches: SQL | undefined): Promise<TicketList['sums']> {
  const { tickets } = db.tables;
  const total = (column: typeof tickets.amount | typeof tickets.granted) =>
    sql<number>`coalesce(sum(${column}), 0)`.mapWith(Number);
  const [sums] = await db
    .select({ asked: total(tickets.amount), granted: total(tickets.granted) })
    .from(tickets)
    .where(and(matches, ne(tickets.kind, 'limit_change')));
  return sums ?? { asked: 0, granted: 0 };
}

/** What waits, whatever the filters. */
export async function countTickets(db: Queries, now: number): Promise<TicketCounts> {
  const { tickets } = db.tables;
  const open = await db.$count(tickets, eq(tickets.status, 'open'));
  const asked = await db.$count(tickets, eq(tickets.status, 'asked'));
  const overdue = await db.$count(tickets, and(eq(tickets.status, 'open'), lt(tickets.dueAt, now)));
  return { open, asked, overdue };
}

/** The user's other tickets, newest first. */
export async function otherTickets(db: Queries, ticket: TicketRow, now: number): Promise<Ticket[]> {
  const { tickets } = db.tables;
  return selectTickets(db, now, and(eq(tickets.userId, ticket.userId), ne(tickets.id, ticket.id)), 10);
}

/** What happened to a ticket, oldest first. */
export async function historyOf(db: Queries, ticketId: string, forUser: boolean): Promise<TicketHistory[]> {
  const { ticketSteps } = db.tables;
  const rows = await db
    .select()
    .from(ticketSteps)
    .where(eq(ticketSteps.ticketId, ticketId))
    .orderBy(ticketSteps.createdAt, ticketSteps.id);
  const operators = forUser ? new Map() : await operatorsBehind(db, rows);
  return rows.map((row) => toHistory(row, operators.get(row.actorId) ?? null));
}

/** The operators who took these steps, by the id that stands there: their own, or that of their token. */
async function operatorsBehind(db: Queries, rows: readonly StepRow[]) {
  const { operators, apiTokens } = db.tables;
  const { id, name, email } = operators;
  const idsOf = (kind: StepRow['actorKind']) =>
    rows.flatMap((row) => (row.actorKind === kind && row.actorId !== null ? [row.actorId] : []));
  const [own, tokens] = [idsOf('operator'), idsOf('token')];
  const direct =
    own.length === 0 ? [] : await db.select({ actorId: id, id, name, email }).from(operators).where(inArray(id, own));
  const byToken =
    tokens.length === 0
      ? []
      : await db
          .select({ actorId: apiTokens.id, id, name, email })
          .from(apiTokens)
          .innerJoin(operators, eq(id, apiTokens.operatorId))
          .where(inArray(apiTokens.id, tokens));
  return new Map(
    [...direct, ...byToken].map(({ actorId, ...one }) => [actorId, { id: one.id, name: one.name || one.email }]),
  );
}

async function selectTickets(db: Queries, now: number, matches: SQL | undefined, limit: number): Promise<Ticket[]> {
  const { tickets, users } = db.tables;
  const rows = await db
    .select({ row: tickets, email: users.email, name: users.name, plan: users.planId })
    .from(tickets)
    .innerJoin(users, eq(users.id, tickets.userId))
    .where(matches)
    .orderBy(desc(tickets.createdAt), desc(tickets.id))
    .limit(limit);
  return rows.map(({ row, ...user }) => toTicket(row, user, now));
}

async function lastDecision(db: Queries): Promise<TicketList['lastDecision']> {
  const { tickets, operators } = db.tables;
  const [row] = await db
    .select({ number: tickets.number, at: tickets.decidedAt, name: operators.name, email: operators.email })
    .from(tickets)
    .leftJoin(operators, eq(operators.id, tickets.decidedBy))
    .where(isNotNull(tickets.decidedAt))
    .orderBy(desc(tickets.decidedAt))
    .limit(1);
  return row?.at == null ? null : { ticket: ticketName(row.number), at: row.at, by: row.name || row.email };
}

/** A number finds its ticket; anything else is looked for in names, addresses and texts. */
function searchCondition(db: Queries, text: string): SQL | undefined {
  const { tickets } = db.tables;
  const number = numberFrom(text);
  const inText = or(containsWords([tickets.message], text), inArray(tickets.userId, usersNamed(db, text)));
  return number === null ? inText : or(eq(tickets.number, number), inText);
}
