/** What users do with tickets: ask, reply, withdraw. */
import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import { requireUser } from '../accounts/checks.ts';
import type { GatewayContext } from '../context.ts';
import type { Contact, Money, OpenedTicket, Purchase } from '../contract/tickets.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { TicketKind, Urgency } from '../db/json-columns.ts';
import { ApiError } from '../ops/api-error.ts';
import { isOfDeletedTime } from '../retention/kept-from.ts';
import { mailOpened, mailReplied } from './mails.ts';
import { FIRST_NUMBER, priceOf, ticketName } from './price.ts';
import { requireTicket } from './queries.ts';
import type { TicketRow } from './rows.ts';
import { writeStep } from './steps.ts';

/** More than one person has to say at once. */
const MOST_OPEN = 5;
const HOUR_MS = 3_600_000;
const DEFAULT_ANSWER_HOURS = 24;

interface NewTicket {
  readonly kind: TicketKind;
  readonly amount: number | null;
  readonly message: string;
  readonly urgency: Urgency;
  readonly requestId: string | null;
}

/** Asks for credits. @throws ApiError 409 `too_many_open` */
export function askForCredits(
  context: GatewayContext,
  tx: Tx,
  userId: string,
  { amount, justification, urgency }: Purchase,
): Promise<OpenedTicket> {
  return open(context, tx, userId, { kind: 'credits', amount, message: justification, urgency, requestId: null });
}

/**
 * Writes to the administrators.
 *
 * @throws ApiError 404 when the request named is none of the user's, 409 `too_many_open`
 */
export async function contactSupport(
  context: GatewayContext,
  tx: Tx,
  userId: string,
  input: Contact,
): Promise<OpenedTicket> {
  const { kind, message, urgency } = input;
  const amount = input.amount ?? null;
  const requestId = input.requestId ?? null;
  if (requestId !== null) await requireOwnRequest(tx, userId, requestId);
  return open(context, tx, userId, { kind, amount, message, urgency, requestId });
}

/** Answers what an operator asked: the ticket is open again. @throws ApiError 404, or 409 when it is closed */
export async function replyToTicket(
  context: GatewayContext,
  tx: Tx,
  userId: string,
  ticketId: string,
  message: string,
): Promise<void> {
  const ticket = await requireTicket(tx, ticketId, userId);
  const now = context.clock.now();
  const askedAt = ticket.status === 'asked' ? await askedSince(tx, ticket.id) : null;
  const dueAt = ticket.dueAt + (askedAt === null ? 0 : now - askedAt);
  await moveOn(tx, ticket, { status: 'open', updatedAt: now, dueAt });
  await writeStep(context, tx, ticket, { kind: 'user', id: userId }, { step: 'replied', text: message });
  if (ticket.status === 'asked') await mailReplied(context, tx, ticket, message);
}

/** Since when the ticket waits for its user: the time of an answer that is promised does not run meanwhile. */
async function askedSince(tx: Tx, ticketId: string): Promise<number | null> {
  const { ticketSteps } = tx.tables;
  const steps = await tx
    .select({ step: ticketSteps.step, at: ticketSteps.createdAt })
    .from(ticketSteps)
    .where(eq(ticketSteps.ticketId, ticketId))
    .orderBy(asc(ticketSteps.createdAt), asc(ticketSteps.id));
  const before = steps.findLastIndex(({ step }) => step !== 'asked');
  return steps[before + 1]?.at ?? null;
}

/** Takes a ticket back before it is decided. @throws ApiError 404, or 409 when it is closed */
export async function withdrawTicket(context: GatewayContext, tx: Tx, userId: string, ticketId: string): Promise<void> {
  const ticket = await requireTicket(tx, ticketId, userId);
  await moveOn(tx, ticket, { status: 'withdrawn', updatedAt: context.clock.now() });
  await writeStep(context, tx, ticket, { kind: 'user', id: userId }, { step: 'withdrawn' });
}

async function moveOn(tx: Tx, ticket: TicketRow, values: Partial<TicketRow>): Promise<void> {
  const { tickets } = tx.tables;
  const moved = await tx
    .update(tickets)
    .set(values)
    .where(and(eq(tickets.id, ticket.id), inArray(tickets.status, ['open', 'asked'])))
    .returning({ id: tickets.id });
  if (moved.length > 0) return;
  throw new ApiError(409, 'ticket_closed', `Request ${ticketName(ticket.number)} is closed already.`);
}

async function open(context: GatewayContext, tx: Tx, userId: string, wish: NewTicket): Promise<OpenedTicket> {
  const { tickets, plans } = tx.tables;
  const user = await requireUser(tx, userId);
  const own = and(eq(tickets.userId, userId), inArray(tickets.status, ['open', 'asked']));
  if ((await tx.$count(tickets, own)) >= MOST_OPEN) {
    throw new ApiError(
      409,
      'too_many_open',
      `${MOST_OPEN} of your requests are still open. Wait for an answer, or withdraw one.`,
    );
  }
  const [plan] = await tx.select({ answerHours: plans.answerHours }).from(plans).where(eq(plans.id, user.planId));
  const [last] = await tx.select({ number: tickets.number }).from(tickets).orderBy(desc(tickets.number)).limit(1);
  const answerHours = plan?.answerHours ?? DEFAULT_ANSWER_HOURS;
  const { pricePerMillion, currency } = context.settings.current();
  const now = context.clock.now();
  const price: Money | null =
    wish.kind === 'credits' && wish.amount !== null ? priceOf(wish.amount, pricePerMillion, currency) : null;
  const [ticket] = await tx
    .insert(tickets)
    .values({
      id: newId('tkt', now),
      number: Math.max(FIRST_NUMBER, (last?.number ?? 0) + 1),
      status: 'open',
      userId,
      ...wish,
      price: price?.amount ?? null,
      priceCurrency: price?.currency ?? null,
      dueAt: now + answerHours * HOUR_MS,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (!ticket) throw new Error('No ticket was made.');
  const step = { step: 'opened', text: wish.message, tokens: wish.amount } as const;
  await writeStep(context, tx, ticket, { kind: 'user', id: userId }, step);
  await mailOpened(context, tx, ticket, answerHours);
  return { id: ticket.id, number: ticket.number, ticket: ticketName(ticket.number) };
}

async function requireOwnRequest(tx: Tx, userId: string, requestId: string): Promise<void> {
  const { usageRecords } = tx.tables;
  const [row] = await tx
    .select({ userId: usageRecords.userId })
    .from(usageRecords)
    .where(eq(usageRecords.id, requestId));
  if (row?.userId === userId) return;
  if (!row && (await isOfDeletedTime(tx, requestId))) {
    throw new ApiError(
      404,
      'request_not_kept',
      'Requests of that time are no longer kept one by one. Leave the id out, and say when it was.',
      'requestId',
    );
  }
  throw new ApiError(404, 'request_not_found', 'There is no such request of yours.', 'requestId');
}
