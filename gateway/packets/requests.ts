/** Requests as packets show them, and the digest that a decision is bound to. */
import { and, eq, gt, gte, inArray, sql } from 'drizzle-orm';
import { findUser, outlookOf } from '../accounts/queries.ts';
import type { GatewayContext } from '../context.ts';
import type { PacketRequest } from '../contract/packets.ts';
import type { TicketHistory } from '../contract/tickets.ts';
import { historyOf } from '../credits/queries.ts';
import type { TicketRow } from '../credits/rows.ts';
import type { Queries } from '../db/database.ts';
import { movesOf } from '../ledger/entry-queries.ts';
import { userStats } from '../reports/user-stats.ts';
import { digestOfValue } from './files.ts';

const NINETY_DAYS_MS = 90 * 86_400_000;

export async function packetRequestOf(context: GatewayContext, ticket: TicketRow): Promise<PacketRequest> {
  const { db } = context;
  const user = await findUser(db, outlookOf(context), ticket.userId);
  if (!user) throw new Error(`Ticket ${ticket.id} belongs to nobody.`);
  const { usage30Days } = await userStats(context, user.id);
  const conversation = conversationOf(await historyOf(db, ticket.id, true));
  const { id, number, kind, urgency, amount, message, createdAt, dueAt } = ticket;
  return {
    id,
    number,
    kind,
    urgency,
    amount,
    message,
    conversation,
    createdAt,
    dueAt,
    user: {
      id: user.id,
      name: user.name,
      email: user.email,
      plan: user.plan,
      monthlyLimit: user.monthlyLimit,
      used: user.used,
      credits: user.credits,
      usage30Days,
      granted90Days: await grantedSince(db, user.id, context.clock.now() - NINETY_DAYS_MS),
    },
    digest: requestDigest(ticket, conversation),
  };
}

/** The digest of a request as it is now. */
export async function currentDigest(db: Queries, ticket: TicketRow): Promise<string> {
  return requestDigest(ticket, conversationOf(await historyOf(db, ticket.id, true)));
}

/** Of what was asked and said, not of the figures beside it: those change with every message in a chat. */
function requestDigest(ticket: TicketRow, conversation: PacketRequest['conversation']): string {
  const { id, number, kind, urgency, amount, message, userId, createdAt } = ticket;
  return digestOfValue({ id, number, kind, urgency, amount, message, userId, createdAt, conversation });
}

function conversationOf(history: readonly TicketHistory[]): PacketRequest['conversation'] {
  return history.flatMap(({ step, by, text, createdAt }) =>
    (step === 'asked' || step === 'replied') && text !== null ? [{ by, text, at: createdAt }] : [],
  );
}

async function grantedSince(db: Queries, userId: string, since: number): Promise<number> {
  const { ledgerEntries } = db.tables;
  const [row] = await db
    .select({ tokens: sql<number>`coalesce(sum(${ledgerEntries.creditsDelta}), 0)`.mapWith(Number) })
    .from(ledgerEntries)
    .where(
      and(
        movesOf(ledgerEntries, userId),
        gte(ledgerEntries.createdAt, since),
        gt(ledgerEntries.creditsDelta, 0),
        inArray(ledgerEntries.kind, ['grant', 'purchase', 'bonus']),
      ),
    );
  return row?.tokens ?? 0;
}

function waitsForTokens({ tables: { tickets } }: Queries) {
  return and(inArray(tickets.status, ['open', 'asked']), eq(tickets.kind, 'credits'));
}

/** How many tickets wait for tokens. */
export function countWaiting(db: Queries): Promise<number> {
  return db.$count(db.tables.tickets, waitsForTokens(db));
}

/** Tickets that wait for tokens: of these ids, or all; oldest first. */
export async function waitingTickets(db: Queries, ids: readonly string[] | null, most: number): Promise<TicketRow[]> {
  const { tickets } = db.tables;
  return db
    .select()
    .from(tickets)
    .where(and(waitsForTokens(db), ids === null ? undefined : inArray(tickets.id, [...ids])))
    .orderBy(tickets.createdAt, tickets.id)
    .limit(most);
}
