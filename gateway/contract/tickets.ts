/**
 * Shapes of the queue: credit requests, and tickets of support, limits and objections. Tokens are charged tokens,
 * money is in millionths of its currency, instants are epoch milliseconds.
 */
import { z } from 'zod';
import { LEAST_ASKED, LONGEST, MOST_ASKED, PATTERNS, RANGES } from './bounds.ts';
import { instant, listOf, listQuery, manyOf, words } from './common.ts';
import { ledgerEntrySchema } from './reports.ts';
import { reason, userSchema, userStatsSchema } from './users.ts';

/** How long a decision can be taken back. */
export const UNDO_MS = 60_000;

export const ticketKindSchema = z.enum(['credits', 'support', 'limit_change', 'objection']);
/** `asked`: waits for the user. `answered`: closed with an answer, where there is nothing to grant. */
export const ticketStatusSchema = z.enum(['open', 'asked', 'approved', 'rejected', 'answered', 'withdrawn']);
export const urgencySchema = z.enum(['low', 'medium', 'high', 'critical']);
export const ticketStepSchema = z.enum([
  'opened',
  'asked',
  'replied',
  'approved',
  'rejected',
  'answered',
  'undone',
  'withdrawn',
]);
export type TicketKind = z.infer<typeof ticketKindSchema>;
export type TicketStatus = z.infer<typeof ticketStatusSchema>;
export type Urgency = z.infer<typeof urgencySchema>;

const money = z.object({ amount: z.number().int(), currency: z.string() });
export type Money = z.infer<typeof money>;

const ticketFields = {
  id: z.string(),
  number: z.number().int(),
  /** The number as people say it: `#1042`. */
  ticket: z.string(),
  kind: ticketKindSchema,
  status: ticketStatusSchema,
  urgency: urgencySchema,
  /** Tokens asked for; the monthly limit asked for where that is the wish. */
  amount: z.number().int().nullable(),
  message: z.string(),
  /** The usage record that it is about. */
  requestId: z.string().nullable(),
  /** What the amount cost when it was asked for. */
  price: money.nullable(),
  /** Until when an answer is promised. */
  dueAt: instant,
  overdue: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
  decidedAt: instant.nullable(),
  /** Why it was rejected, or a note of the approval. */
  decisionText: z.string().nullable(),
  /** Tokens granted; the limit that was set. */
  granted: z.number().int().nullable(),
};

/** A ticket as its user sees it. */
export const ownTicketSchema = z.object(ticketFields);
export type OwnTicket = z.infer<typeof ownTicketSchema>;

/** A ticket as operators see it. */
export const ticketSchema = z.object({
  ...ticketFields,
  user: z.object({ id: z.string(), email: z.string().nullable(), name: z.string(), plan: z.string() }),
  /** Id of the operator. */
  decidedBy: z.string().nullable(),
  paymentMethod: z.string().nullable(),
  paid: money.nullable(),
  /** Until when the decision can be taken back; null when it cannot (any more). */
  undoUntil: instant.nullable(),
});
export type Ticket = z.infer<typeof ticketSchema>;

export const ticketHistorySchema = z.object({
  id: z.string(),
  step: ticketStepSchema,
  by: z.enum(['user', 'operator', 'system']),
  /** Id of the operator; never told to users. */
  operatorId: z.string().nullable(),
  /** The operator's name, else their e-mail; never told to users. */
  operatorName: z.string().nullable(),
  text: z.string().nullable(),
  tokens: z.number().int().nullable(),
  createdAt: instant,
});
export type TicketHistory = z.infer<typeof ticketHistorySchema>;

export const ownTicketDetailSchema = z.object({ ticket: ownTicketSchema, history: z.array(ticketHistorySchema) });
export type OwnTicketDetail = z.infer<typeof ownTicketDetailSchema>;

/** A ticket beside all that a decision needs to know. */
export const ticketDetailSchema = z.object({
  ticket: ticketSchema,
  history: z.array(ticketHistorySchema),
  user: userSchema,
  stats: userStatsSchema,
  /** The user's other tickets, newest first, at most ten. */
  others: z.array(ticketSchema),
  /** The user's last moves, newest first, at most ten; debits left out. */
  moves: z.array(ledgerEntrySchema),
});
export type TicketDetail = z.infer<typeof ticketDetailSchema>;

export const TICKET_SORTS = ['dueAt', 'createdAt', 'updatedAt', 'decidedAt', 'amount', 'number', 'urgency'] as const;
export const ticketsQuery = listQuery.extend({
  status: manyOf(ticketStatusSchema).optional(),
  kind: manyOf(ticketKindSchema).optional(),
  urgency: manyOf(urgencySchema).optional(),
  user: z.string().min(1).max(100).optional().describe('Id of the user'),
  overdue: z.enum(['true', 'false']).optional().describe('Whether the promised answer is late'),
});
export type TicketsQuery = z.infer<typeof ticketsQuery>;

/** Of all tickets, whatever the filters: for the badge. */
export const ticketCountsSchema = z.object({
  open: z.number().int(),
  asked: z.number().int(),
  overdue: z.number().int(),
});
export type TicketCounts = z.infer<typeof ticketCountsSchema>;

export const ticketList = listOf(ticketSchema).extend({
  counts: ticketCountsSchema,
  /** Of all tickets that match the filters, on whatever page: tokens asked for as credits, and granted. */
  sums: z.object({ asked: z.number().int(), granted: z.number().int() }),
  /** The decision before: what an empty queue shows. */
  lastDecision: z.object({ ticket: z.string(), at: instant, by: z.string().nullable() }).nullable(),
});
export type TicketList = z.infer<typeof ticketList>;
export const ownTicketList = listOf(ownTicketSchema);

const asked = z
  .number()
  .int('must be a whole number of tokens')
  .min(LEAST_ASKED, `must be at least ${LEAST_ASKED} tokens`)
  .max(MOST_ASKED, `must be at most ${MOST_ASKED} tokens`);

/** Body of `POST /api/tokens/purchase`. */
export const purchaseBody = z.strictObject({
  amount: asked,
  justification: words(LONGEST.note),
  urgency: urgencySchema.default('medium'),
});
export type Purchase = z.infer<typeof purchaseBody>;

/** Body of `POST /api/support/contact`. */
export const contactBody = z
  .strictObject({
    kind: z.enum(['support', 'limit_change', 'objection']).default('support'),
    message: words(LONGEST.message),
    requestId: z.string().trim().regex(PATTERNS.requestId, 'must be the id of a request').optional(),
    /** The monthly limit asked for. */
    amount: asked.optional(),
    urgency: urgencySchema.default('medium'),
  })
  .refine((body) => body.amount === undefined || body.kind === 'limit_change', {
    path: ['amount'],
    message: 'belongs to a change of limit only',
  });
export type Contact = z.infer<typeof contactBody>;

/** `ticket` is the number as people say it. */
export const openedTicketSchema = z.object({ ticket: z.string(), id: z.string(), number: z.number().int() });
export type OpenedTicket = z.infer<typeof openedTicketSchema>;

export const approveBody = z
  .strictObject({
    /** Default: what was asked for. */
    amount: z
      .number()
      .int('must be a whole number of tokens')
      .min(RANGES.grant.least, 'must be at least 1')
      .max(RANGES.grant.most)
      .optional(),
    note: words(LONGEST.note).optional(),
    payment: z
      .strictObject({
        method: words(LONGEST.paymentMethod),
        /** Decimal, in the currency of the settings. */
        amount: z.number().min(RANGES.paid.least).max(RANGES.paid.most).optional(),
      })
      .optional(),
  })
  .nullish();
export type Approval = NonNullable<z.infer<typeof approveBody>>;

export const rejectBody = z.strictObject({ reason });
export const ticketTextBody = z.strictObject({ message: words(LONGEST.message) });
