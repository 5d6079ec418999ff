/** Shapes of `/api/portal` and `/api/me`: what users see and do. Tokens are charged tokens, instants epoch milliseconds. */
import { z } from 'zod';
import { LEAST_THRESHOLD, LONGEST, MOST_OF, MOST_THRESHOLD, PATTERNS } from './bounds.ts';
import { instant, listOf, listQuery, manyOf, oneLine, words } from './common.ts';
import { day } from './days.ts';
import { keySchema } from './keys.ts';
import { ledgerEntrySchema, ledgerKindSchema, outcomeSchema } from './reports.ts';
import { ticketKindSchema, ticketStatusSchema } from './tickets.ts';
import { userLocaleSchema } from './user-locale.ts';
import { userStatsSchema, userStatusSchema } from './users.ts';

/** What a mailed link may lead to: a path within the portal, with its query. */
export const portalTarget = z
  .string()
  .max(300)
  .regex(/^\/[\w/%.-]*(\?[\w=&.%-]*)?$/, 'must be a path of the portal')
  .refine((path) => !path.startsWith('//'), 'must be a path of the portal');

/** What the sign-in page needs to know. */
export const portalInfoSchema = z.object({
  version: z.string(),
  locale: userLocaleSchema,
  /** Whether a link can be mailed: with a mail server and a public address. */
  emailSignIn: z.boolean(),
  contactEmail: z.string().nullable(),
});
export type PortalInfo = z.infer<typeof portalInfoSchema>;

export const linkBody = z.strictObject({
  email: words(LONGEST.userEmail).regex(PATTERNS.recipient, 'must be an e-mail address'),
  target: portalTarget.default('/'),
});
/** The same for every address. */
export const linkAnswer = z.object({ sent: z.literal(true), minutes: z.number().int() });

const linkSecret = z.string().min(1).max(LONGEST.personalKey);
export const peekBody = z.strictObject({ link: linkSecret });
/** Who a link signs in, so that nobody enters as somebody else unawares. */
export const peekSchema = z.object({ email: z.string(), name: z.string(), expiresAt: instant });
export type Peek = z.infer<typeof peekSchema>;

/** A mailed link, or a personal key. */
export const enterBody = z.union([z.strictObject({ link: linkSecret }), z.strictObject({ key: linkSecret })]);
/** `token` goes into `authorization: Bearer …` until `expiresAt`; a refresh, by cookie, gives the next. */
export const enteredSchema = z.object({ token: z.string(), expiresAt: instant, target: z.string() });
export type Entered = z.infer<typeof enteredSchema>;

const tokens = z.number().int();

export const meSchema = z.object({
  id: z.string(),
  email: z.string().nullable(),
  name: z.string(),
  status: userStatusSchema,
  statusReason: z.string().nullable(),
  suspendedUntil: instant.nullable(),
  /** Fewer requests a minute than usual, until then, because the use was unusual; null without. */
  temporaryRate: z.object({ perMinute: z.number().int(), until: instant, alertId: z.string().nullable() }).nullable(),
  plan: z.object({ id: z.string(), name: z.string() }),
  locale: userLocaleSchema.nullable(),
  /** Null = unlimited. */
  monthlyLimit: tokens.nullable(),
  /** Of this period: of the month, and of the credits. */
  usedMonthly: tokens,
  usedCredits: tokens,
  /** Parts that open requests hold. */
  heldMonthly: tokens,
  heldCredits: tokens,
  credits: tokens,
  /** Null = unlimited. */
  available: tokens.nullable(),
  usagePercent: z.number(),
  periodStart: instant,
  nextReset: instant,
  timeZone: z.string(),
  pace: userStatsSchema.pick({
    dailyAverage: true,
    monthlyProjection: true,
    exhaustionDate: true,
    lastActivity: true,
  }),
  alerts: z.object({
    mail: z.boolean(),
    /** Shares in percent at which the user is warned; the plan's where they have set none. */
    thresholds: z.array(z.number().int()),
    own: z.boolean(),
  }),
  /** What credits cost. */
  price: z.object({ perMillion: z.number().int(), currency: z.string() }),
  /** Whether answers reach the user by mail: there is a mail server, and an address. */
  answersByMail: z.boolean(),
  /** Hours within which a request is promised an answer. */
  answerHours: z.number().int(),
  contactEmail: z.string().nullable(),
});
export type Me = z.infer<typeof meSchema>;

/** Fields that are left out stay as they are; null takes the plan's thresholds, and the language of the installation. */
export const preferencesBody = z.strictObject({
  locale: userLocaleSchema.nullable().optional(),
  mailAlerts: z.boolean().optional(),
  thresholds: z
    .array(
      z
        .number()
        .int()
        .min(LEAST_THRESHOLD, `must be at least ${LEAST_THRESHOLD}`)
        .max(MOST_THRESHOLD, `must be at most ${MOST_THRESHOLD}`),
    )
    .min(1)
    .max(MOST_OF.ownThresholds)
    .refine((list) => list.every((value, index) => index === 0 || value > (list[index - 1] ?? 0)), 'must rise')
    .nullable()
    .optional(),
});
export type Preferences = z.infer<typeof preferencesBody>;

const range = { from: day.optional(), to: day.optional() };
const ownList = listQuery.omit({ search: true, sort: true }).extend(range);

export const ownUsageQuery = ownList.extend({
  model: z.string().min(1).max(200).optional(),
  outcome: manyOf(outcomeSchema).optional(),
});
export const ownLedgerQuery = ownList.extend({ kind: manyOf(ledgerKindSchema).optional() });
export const ownTicketsQuery = listQuery.omit({ search: true }).extend({
  sort: z.enum(['createdAt', '-createdAt']).optional(),
  status: manyOf(ticketStatusSchema).optional(),
  kind: manyOf(ticketKindSchema).optional(),
});

/** An entry as its user sees it: by whom it was made is not told. */
export const ownLedgerEntrySchema = ledgerEntrySchema.omit({ userId: true, operatorId: true, details: true }).extend({
  /** Model of a debit. */
  model: z.string().nullable(),
  /** Number of the ticket that it belongs to: `#1042`. */
  ticket: z.string().nullable(),
});
export type OwnLedgerEntry = z.infer<typeof ownLedgerEntrySchema>;
export const ownLedgerList = listOf(ownLedgerEntrySchema).extend({ totalIsMore: z.boolean() });
export type OwnLedgerList = z.infer<typeof ownLedgerList>;

/** `csv`: the statement. `json`: all that is kept of the user. */
export const exportQuery = z.object({ format: z.enum(['csv', 'json']).default('csv'), ...range });

export const ownKeySchema = keySchema.pick({
  id: true,
  name: true,
  masked: true,
  createdAt: true,
  lastUsedAt: true,
  revokedAt: true,
});
export type OwnKey = z.infer<typeof ownKeySchema>;
export const ownKeyList = listOf(ownKeySchema);
export const ownKeyBody = z.strictObject({ name: oneLine(LONGEST.name) });
/** `secret` is shown this once. */
export const createdOwnKeySchema = z.object({ key: ownKeySchema, secret: z.string() });
export type CreatedOwnKey = z.infer<typeof createdOwnKeySchema>;
