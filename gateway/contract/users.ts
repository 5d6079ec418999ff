/** Shapes of `/api/admin/users`. Tokens are charged tokens; instants are epoch milliseconds. */
import { z } from 'zod';
import { LONGEST, PATTERNS, RANGES } from './bounds.ts';
import { instant, instantInput, listOf, listQuery, manyOf, NO_CONTROL, whole, words } from './common.ts';
import { limitComparison, numberComparison, percentComparison, timeComparison, timeOrNever } from './comparisons.ts';
import { day, dayRange, monthCourseSchema } from './days.ts';
import { userLocaleInput } from './user-locale.ts';

export const userStatusSchema = z.enum(['active', 'pending', 'suspended', 'blocked', 'deleted']);
export const userKindSchema = z.enum(['person', 'service']);

/** Share of what the user may use: `low` under 50 %, `medium` 50–80, `high` 80–95, `critical` 95–100, `exhausted` 100 %. */
export const usageLevelSchema = z.enum(['low', 'medium', 'high', 'critical', 'exhausted']);
export type UsageLevel = z.infer<typeof usageLevelSchema>;

export const userSchema = z.object({
  id: z.string(),
  email: z.string().nullable(),
  name: z.string(),
  /** A suspension whose end has passed reads as active. */
  status: userStatusSchema,
  /** Id of the plan. */
  plan: z.string(),
  /** Id of the department. */
  department: z.string().nullable(),
  /** What the user may use in a period, wherever that is set; null = unlimited. */
  monthlyLimit: z.number().int().nullable(),
  /** Used in this period, of the month and of the credits. */
  used: z.number().int(),
  credits: z.number().int(),
  held: z.number().int(),
  /** Null = unlimited. */
  available: z.number().int().nullable(),
  /** 0 to 100, rounded down to a tenth. */
  usagePercent: z.number(),
  periodStart: instant,
  nextReset: instant,
  createdAt: instant,
  lastSeenAt: instant.nullable(),
  /** Requests a minute that are left by a step against unusual use; null without one in force. */
  limitedTo: z.number().int().nullable(),
});
export type User = z.infer<typeof userSchema>;

/** What an administrator sees of a user beside the numbers. */
export const userProfileSchema = z.object({
  id: z.string(),
  kind: userKindSchema,
  locale: z.string().nullable(),
  statusReason: z.string().nullable(),
  suspendedUntil: instant.nullable(),
  /** The alert that the suspension follows from; null when a person suspended. */
  suspendedByAlert: z.string().nullable(),
  /** Fewer requests a minute than the plan's, until then, and the alert that this follows from; null when it is over. */
  temporaryRate: z.object({ perMinute: z.number().int(), until: instant, alertId: z.string().nullable() }).nullable(),
  /** What is set for this user: a number of tokens, null for unlimited, or `inherit` for the plan's. */
  ownLimit: z.union([z.number().int(), z.null(), z.literal('inherit')]),
  openHolds: z.number().int(),
  /** Ids that services know this user by. */
  identities: z.array(z.object({ keyId: z.string(), externalId: z.string(), createdAt: instant })),
});
export type UserProfile = z.infer<typeof userProfileSchema>;

const tokens = whole(RANGES.tokens);
/** A limit: tokens a period, null = unlimited, `inherit` = the plan's (and the plan's `inherit` = the default). */
export const limitInput = z.union([tokens, z.null(), z.literal('inherit')]);
export type LimitInput = z.infer<typeof limitInput>;

const name = z.string().trim().max(LONGEST.name).regex(PATTERNS.noControl, NO_CONTROL);
const locale = userLocaleInput.nullable();
export const reason = words(LONGEST.reason);
const email = words(LONGEST.userEmail);

export const createUserBody = z.strictObject({
  /** May be left out for service accounts only. */
  email: email.optional(),
  name: name.default('').describe('Default: the local part of the e-mail address'),
  kind: userKindSchema.default('person'),
  plan: z.string().min(1).max(64).default('basic'),
  department: z.string().min(1).max(64).nullable().default(null),
  monthlyLimit: limitInput.default('inherit'),
  /** Granted at once; asks for a reason. */
  credits: tokens.default(0),
  locale: locale.default(null),
  reason: reason.optional(),
});
export type CreateUser = z.infer<typeof createUserBody>;

/** Fields that are left out stay as they are. A change of plan, limit or department asks for a reason. */
export const updateUserBody = z.strictObject({
  email: email.optional(),
  name: name.optional(),
  plan: z.string().min(1).max(64).optional(),
  department: z.string().min(1).max(64).nullable().optional(),
  monthlyLimit: limitInput.optional(),
  locale: locale.optional(),
  reason: reason.optional(),
});
export type UpdateUser = z.infer<typeof updateUserBody>;

export const usersQuery = listQuery.extend({
  status: manyOf(userStatusSchema).optional(),
  kind: manyOf(userKindSchema).optional(),
  plan: manyOf(z.string()).optional(),
  department: manyOf(z.string())
    .optional()
    .describe('Ids of departments; `none` for users without one (`id:none` for a department of that id)'),
  usageLevel: manyOf(usageLevelSchema).optional(),
  dateRange: dayRange.optional().describe('First and last day, `2026-11-01..2026-11-30`; either may be left out'),
  dateField: z.enum(['createdAt', 'lastSeenAt']).default('createdAt').describe('What `dateRange` is about'),
  lastSeen: manyOf(timeOrNever).optional().describe('`>30d` for longer ago than that, `never`, or days'),
  created: manyOf(timeComparison).optional().describe('`<7d` for less long ago than that, or days'),
  usagePercent: manyOf(percentComparison).optional().describe('`>80`, `50..80`'),
  used: manyOf(numberComparison).optional().describe('Tokens of this period: `>1000`, `1000..2000`'),
  credits: manyOf(numberComparison).optional().describe('`0`, `>1000`'),
  available: manyOf(numberComparison).optional().describe('Tokens left, of users with a limit: `<1000`'),
  monthlyLimit: manyOf(limitComparison).optional().describe('`>=1000000`, or `none` for users without a limit'),
});
export type UsersQuery = z.infer<typeof usersQuery>;

export const USER_SORTS = [
  'email',
  'name',
  'status',
  'plan',
  'department',
  'monthlyLimit',
  'used',
  'credits',
  'held',
  'available',
  'usagePercent',
  'createdAt',
  'lastSeenAt',
] as const;
export type UserSort = (typeof USER_SORTS)[number];

export const userList = listOf(userSchema);

/** Kinds of moves that an operator may make; taking away is always an adjustment. */
export const moveKindSchema = z.enum(['grant', 'purchase', 'bonus', 'compensation', 'adjustment']);

export const moveTokensBody = z.strictObject({
  /** Tokens added to the credits; negative takes away. */
  amount: whole(RANGES.move).refine((value) => value !== 0, 'must not be 0'),
  reason,
  kind: moveKindSchema.optional(),
});
export type MoveTokens = z.infer<typeof moveTokensBody>;

/** An end in the future: epoch milliseconds, ISO 8601, or the last day, of the configured time zone. */
const until = z.union([
  instantInput,
  z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .pipe(instantInput),
  day,
]);

export const suspendBody = z.strictObject({ reason, until: until.nullable().optional() });
export const resetUsageBody = z.strictObject({ reason });
/** Blocking and activating may be told why. */
export const optionalReasonBody = z.strictObject({ reason: reason.optional() }).nullish();

export const bulkActionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plan'), plan: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('limit'), monthlyLimit: limitInput }),
  z.strictObject({ kind: z.literal('department'), department: z.string().min(1).max(64).nullable() }),
  z.strictObject({
    kind: z.literal('tokens'),
    amount: moveTokensBody.shape.amount,
    moveKind: moveKindSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('suspend'), until: until.nullable().optional() }),
  z.strictObject({ kind: z.literal('block') }),
  z.strictObject({ kind: z.literal('activate') }),
]);
export type BulkAction = z.infer<typeof bulkActionSchema>;

/** The filters of the list, as JSON. */
export const bulkFilterSchema = z.strictObject({
  search: z.string().trim().max(200).optional(),
  status: z.array(userStatusSchema).max(100).optional(),
  kind: z.array(userKindSchema).max(100).optional(),
  plan: z.array(z.string()).max(100).optional(),
  department: z.array(z.string()).max(100).optional(),
  usageLevel: z.array(usageLevelSchema).max(100).optional(),
  dateRange: dayRange.optional(),
  dateField: z.enum(['createdAt', 'lastSeenAt']).default('createdAt'),
  lastSeen: z.array(timeOrNever).max(100).optional(),
  created: z.array(timeComparison).max(100).optional(),
  usagePercent: z.array(percentComparison).max(100).optional(),
  used: z.array(numberComparison).max(100).optional(),
  credits: z.array(numberComparison).max(100).optional(),
  available: z.array(numberComparison).max(100).optional(),
  monthlyLimit: z.array(limitComparison).max(100).optional(),
});
export type BulkFilter = z.infer<typeof bulkFilterSchema>;
export type BulkFilterInput = z.input<typeof bulkFilterSchema>;

export const bulkBody = z
  .strictObject({
    ids: z.array(z.string().min(1).max(100)).min(1).max(10_000).optional(),
    filter: bulkFilterSchema.optional(),
    action: bulkActionSchema,
    /** Needed to commit; a preview may do without. */
    reason: reason.optional(),
    preview: z.boolean().default(false),
    /** The preview's `selection`: the commit is refused when other users match by then. */
    selection: z.string().max(64).optional(),
  })
  .refine((body) => (body.ids === undefined) !== (body.filter === undefined), {
    path: ['ids'],
    message: 'must be given, or else filter, but not both',
  });
export type BulkRequest = z.infer<typeof bulkBody>;

/** One change of some users. */
const bulkStep = z.strictObject({
  ids: z.array(z.string().min(1).max(100)).min(1).max(10_000),
  action: bulkActionSchema,
});
export type BulkStep = z.infer<typeof bulkStep>;

/** Body of `POST /api/admin/users/bulk/undo`. */
export const undoBulkBody = z.strictObject({
  /** The `undo` of the answer to the change. */
  steps: z.array(bulkStep).min(1).max(10_000),
  /** The change that is taken back: users who are not as it made them are left alone, and reported. */
  undoes: bulkActionSchema,
  reason,
});
export type UndoBulk = z.infer<typeof undoBulkBody>;

const bulkValue = z.union([z.string(), z.number(), z.null()]);
export const bulkAnswer = z.object({
  preview: z.boolean(),
  /** How many users the request is about. */
  matched: z.number().int(),
  /** Of these, how many change (preview) or were changed. */
  changed: z.number().int(),
  selection: z.string(),
  /** The first 200 of those that change, with the value before and after. */
  changes: z.array(
    z.object({ id: z.string(), email: z.string().nullable(), name: z.string(), before: bulkValue, after: bulkValue }),
  ),
  /** Those that cannot be changed (preview) or were not; empty names for ids that nobody has. */
  failures: z.array(
    z.object({
      id: z.string(),
      email: z.string().nullable(),
      name: z.string(),
      code: z.string(),
      message: z.string(),
    }),
  ),
  /** What takes a commit back, as steps for `…/bulk/undo`; empty where nothing can. */
  undo: z.array(bulkStep),
});
export type BulkAnswer = z.infer<typeof bulkAnswer>;

const usageSum = { requests: z.number().int(), tokens: z.number().int(), costMicroUsd: z.number().int() };

export const userStatsSchema = z.object({
  /** Charged tokens a day, over the last 30 days or since the first use. */
  dailyAverage: z.number().int(),
  /** Charged tokens at the end of this period by the pace of the weekdays; null with fewer than 7 days of use. */
  monthlyProjection: z.number().int().nullable(),
  projectionLow: z.number().int().nullable(),
  projectionHigh: z.number().int().nullable(),
  /** Day on which nothing is left at that pace; null when that is not within this period or not known. */
  exhaustionDate: z.string().nullable(),
  /** The same on the busiest days, and on the calmest, of the band. */
  exhaustionEarliest: z.string().nullable(),
  exhaustionLatest: z.string().nullable(),
  month: monthCourseSchema,
  /** All that may be used in this period, credits included; null = unlimited. */
  monthLimit: z.number().int().nullable(),
  lastActivity: instant.nullable(),
  /** Charged tokens of the last 30 days, today included. */
  usage30Days: z.number().int(),
  usageByModel: z.array(z.object({ model: z.string(), ...usageSum })),
  /** The last 30 days, oldest first, days without use included. */
  usageByDay: z.array(z.object({ day: z.string(), ...usageSum })),
  /** IANA zone that the days are in. */
  timeZone: z.string(),
});
export type UserStats = z.infer<typeof userStatsSchema>;
