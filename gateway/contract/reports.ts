/** Shapes of statistics, usage records, ledger, refusals and reports. Tokens are charged tokens unless the name says else. */
import { z } from 'zod';
import { instant, listOf, listQuery, manyOf } from './common.ts';
import { day, monthCourseSchema } from './days.ts';

export const outcomeSchema = z.enum([
  'pending',
  'ok',
  'client_aborted',
  'upstream_broke',
  'upstream_error',
  'interrupted',
]);
export const usageSourceSchema = z.enum(['reported', 'tokenizer', 'partial', 'none']);
export const ledgerKindSchema = z.enum(['grant', 'debit', 'purchase', 'bonus', 'compensation', 'adjustment', 'reset']);

export const usageRecordSchema = z.object({
  id: z.string(),
  /** What the client saw as `x-request-id`. */
  requestId: z.string(),
  userId: z.string(),
  model: z.string(),
  /** Id of the upstream. */
  upstream: z.string(),
  endpoint: z.string(),
  promptTokens: z.number().int(),
  completionTokens: z.number().int(),
  cachedTokens: z.number().int(),
  reasoningTokens: z.number().int(),
  /** Written to the provider's cache. */
  cacheWriteTokens: z.number().int(),
  audioTokens: z.number().int(),
  imageTokens: z.number().int(),
  totalTokens: z.number().int(),
  chargedTokens: z.number().int(),
  absorbedTokens: z.number().int(),
  costMicroUsd: z.number().int(),
  /** False: the cost is by the default price. */
  priceKnown: z.boolean(),
  usageSource: usageSourceSchema.nullable(),
  outcome: outcomeSchema,
  statusCode: z.number().int().nullable(),
  durationMs: z.number().int().nullable(),
  firstByteMs: z.number().int().nullable(),
  method: z.string(),
  userAgent: z.string().nullable(),
  ipAddress: z.string().nullable(),
  errorMessage: z.string().nullable(),
  createdAt: instant,
});
export type UsageRecord = z.infer<typeof usageRecordSchema>;

export const ledgerEntrySchema = z.object({
  id: z.string(),
  userId: z.string(),
  period: z.string(),
  kind: ledgerKindSchema,
  /** Change of what is used of the month. */
  monthlyDelta: z.number().int(),
  creditsDelta: z.number().int(),
  usedMonthlyAfter: z.number().int(),
  creditsAfter: z.number().int(),
  /** Of a debit: null once the usage record is no longer kept. */
  usageId: z.string().nullable(),
  operatorId: z.string().nullable(),
  reason: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
  createdAt: instant,
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

/** Refused requests of one minute with the same who and why. */
export const refusalSchema = z.object({
  id: z.string(),
  minute: instant,
  userId: z.string().nullable(),
  keyId: z.string().nullable(),
  code: z.string(),
  statusCode: z.number().int(),
  model: z.string().nullable(),
  endpoint: z.string(),
  message: z.string(),
  ipAddress: z.string().nullable(),
  /** How many. */
  requests: z.number().int(),
  createdAt: instant,
  lastAt: instant,
});
export type Refusal = z.infer<typeof refusalSchema>;

/** Name of the user, else the e-mail; null for nobody, and for whoever has neither any more. */
const userName = z.string().nullable();
export const listedUsageSchema = usageRecordSchema.extend({ userName });
export type ListedUsage = z.infer<typeof listedUsageSchema>;
export const listedRefusalSchema = refusalSchema.extend({ userName });
export type ListedRefusal = z.infer<typeof listedRefusalSchema>;

/** Lists that can be millions long are counted up to 10,000. */
const longListOf = <Item extends z.ZodType>(item: Item) =>
  listOf(item).extend({ totalIsMore: z.boolean().describe('There are more than `total`') });

export const usageList = longListOf(listedUsageSchema).extend({
  keptFrom: instant
    .nullable()
    .describe('Of what was asked for, requests that began before this were deleted; their sums stay in the reports'),
});
export const ledgerList = longListOf(ledgerEntrySchema);
export const refusalList = longListOf(listedRefusalSchema);

/** Newest first; `sort` may be `createdAt` for oldest first. Days are of the configured time zone, both included. */
const longListQuery = listQuery.omit({ search: true }).extend({
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
  user: z.string().min(1).max(100).optional().describe('Id of the user'),
  from: day.optional(),
  to: day.optional(),
});
export type LongListQuery = z.infer<typeof longListQuery>;

export const usageQuery = longListQuery.extend({
  model: z.string().min(1).max(200).optional(),
  upstream: z.string().min(1).max(100).optional().describe('Id of the upstream'),
  outcome: manyOf(outcomeSchema).optional(),
  hour: z
    .string()
    .regex(/^[0-6]-(1?\d|2[0-3])$/)
    .optional()
    .describe('Weekday, 0 being Sunday, and hour of the zone: what a cell of `/api/admin/stats/hours` is the sum of'),
});
export type UsageQuery = z.infer<typeof usageQuery>;

export const ledgerQuery = longListQuery.extend({ kind: manyOf(ledgerKindSchema).optional() });
export type LedgerQuery = z.infer<typeof ledgerQuery>;

export const refusalsQuery = longListQuery.extend({ code: z.string().min(1).max(100).optional() });
export type RefusalsQuery = z.infer<typeof refusalsQuery>;

const sums = {
  requests: z.number().int(),
  errors: z.number().int(),
  promptTokens: z.number().int(),
  completionTokens: z.number().int(),
  cachedTokens: z.number().int(),
  reasoningTokens: z.number().int(),
  totalTokens: z.number().int(),
  chargedTokens: z.number().int(),
  absorbedTokens: z.number().int(),
  costMicroUsd: z.number().int(),
  /** Null without requests. */
  averageDurationMs: z.number().int().nullable(),
};
export const usageSumsSchema = z.object(sums);
export type UsageSums = z.infer<typeof usageSumsSchema>;

export const groupBySchema = z.enum(['user', 'department', 'model', 'upstream', 'day', 'month']);
export type GroupBy = z.infer<typeof groupBySchema>;

/**
 * What a report is compared with. `previous`: the days before, of a month, quarter or year the one before; `year`: the same
 * days a year ago; `days`: those of `compareFrom` and `compareTo`. What is not over yet is compared with as many days.
 */
export const compareWithSchema = z.enum(['none', 'previous', 'year', 'days']);
export type CompareWith = z.infer<typeof compareWithSchema>;

const comparison = {
  compare: compareWithSchema.optional().describe('Nothing is compared unless this says so'),
  compareFrom: day.optional().describe('First day of `compare=days`'),
  compareTo: day.optional().describe('Last day of `compare=days`'),
};
export const comparisonQuery = z.object(comparison);
export type ComparisonQuery = z.infer<typeof comparisonQuery>;

export const usageReportQuery = z.object({
  groupBy: groupBySchema.default('day'),
  /** Default: the first day of this month. */
  from: day.optional(),
  /** Default: today. */
  to: day.optional(),
  user: manyOf(z.string()).optional(),
  department: manyOf(z.string()).optional(),
  model: manyOf(z.string()).optional(),
  ...comparison,
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(2_000).optional(),
});
export type UsageReportQuery = z.infer<typeof usageReportQuery>;

/**
 * Days and months in their order, all else by charged tokens, most first. In a comparison, what was used only in the days
 * that the report is compared with has a line of zeros: behind all others, or at the day or month that stands beside them.
 */
export const usageReportSchema = listOf(
  z.object({
    /** Id of the user, department or upstream, name of the model, the day or the month. */
    key: z.string(),
    name: z.string(),
    ...sums,
    /** The same in the days that the report is compared with; null without these, and for days and months that they lack. */
    before: usageSumsSchema.nullable(),
  }),
).extend({
  groupBy: groupBySchema,
  from: z.string(),
  to: z.string(),
  timeZone: z.string(),
  /** Of all groups, on whatever page. */
  totals: usageSumsSchema,
  /** Null where nothing is compared. */
  comparison: z
    .object({
      compare: compareWithSchema.exclude(['none']),
      /** Days, both included. */
      from: z.string(),
      to: z.string(),
      days: z.number().int().describe('How many these are'),
      reportDays: z.number().int().describe('How many days of the report they are compared with: up to today'),
      isOpen: z.boolean().describe('The report is not over yet'),
      /** Of everything in these days. */
      totals: usageSumsSchema,
      /** Of those of these days or months that stand beside none of the report's; null where all do. */
      unmatched: usageSumsSchema.nullable(),
    })
    .nullable(),
});
export type UsageReport = z.infer<typeof usageReportSchema>;

const forecastSchema = z.object({
  /** At the end of the period, by the medians of the weekdays of the last eight weeks, with a 10–90 % band. */
  expected: z.number().int(),
  low: z.number().int(),
  high: z.number().int(),
});

const figures = z.object({
  today: z.number().int(),
  month: z.number().int(),
  /** Null with fewer than 7 days of use. */
  forecast: forecastSchema.nullable(),
});

export const statsSchema = z.object({
  period: z.string(),
  periodStart: instant,
  nextReset: instant,
  timeZone: z.string(),
  tokens: figures,
  costMicroUsd: figures,
  month: monthCourseSchema,
  /** The team's cap in tokens a month; null = none. */
  monthLimit: z.number().int().nullable(),
  /** Tokens that each weekday usually takes, 0 = Sunday, with a 10–90 % band; null with fewer than 7 days of use. */
  weekdays: z.array(forecastSchema).length(7).nullable(),
  requests: z.object({ today: z.number().int(), month: z.number().int(), refusedToday: z.number().int() }),
  /** Users with a request today, and users with use this month. */
  activeUsers: z.object({ today: z.number().int(), month: z.number().int() }),
  /** Users by status, the deleted left out of `total`. */
  users: z.object({
    total: z.number().int(),
    active: z.number().int(),
    pending: z.number().int(),
    suspended: z.number().int(),
    blocked: z.number().int(),
    deleted: z.number().int(),
  }),
  /** Charged tokens of this period. */
  monthlyTotal: z.number().int(),
  /** Of these, for each user that is not deleted. */
  averagePerUser: z.number().int(),
  topUsers: z.array(
    z.object({
      id: z.string(),
      email: z.string().nullable(),
      name: z.string(),
      used: z.number().int(),
      monthlyLimit: z.number().int().nullable(),
      usagePercent: z.number(),
    }),
  ),
  /** Of this period, most tokens first. */
  byModel: z.array(
    z.object({
      model: z.string(),
      requests: z.number().int(),
      tokens: z.number().int(),
      costMicroUsd: z.number().int(),
    }),
  ),
  /** The last 30 days, oldest first. */
  byDay: z.array(
    z.object({ day: z.string(), requests: z.number().int(), tokens: z.number().int(), costMicroUsd: z.number().int() }),
  ),
  /** Share of today's requests that failed upstream, in [0, 1]; null without requests. */
  errorRate: z.number().nullable(),
  /** Means of today, in milliseconds; null without requests. */
  latency: z.object({ durationMs: z.number().int().nullable(), firstByteMs: z.number().int().nullable() }),
  pendingRequests: z.number().int(),
  openAlerts: z.number().int(),
});
export type Stats = z.infer<typeof statsSchema>;

/** What this month is compared with, day by day: whole months of before or a year ago, or own days. */
export const monthBeforeSchema = z.object({
  /** Days, both included. */
  from: z.string(),
  to: z.string(),
  timeZone: z.string(),
  /** Charged tokens since `from`, one total a day. */
  totals: z.array(z.number().int()),
});
export type MonthBefore = z.infer<typeof monthBeforeSchema>;

/** Use by weekday and hour of the zone's clock, all weeks together; hours without use are left out. */
export const hoursReportSchema = z.object({
  timeZone: z.string(),
  /** Days, both included: eight weeks, today the last. */
  from: z.string(),
  to: z.string(),
  cells: z.array(
    z.object({
      /** 0 is Sunday. */
      weekday: z.number().int().min(0).max(6),
      hour: z.number().int().min(0).max(23),
      requests: z.number().int(),
      errors: z.number().int(),
      tokens: z.number().int(),
      costMicroUsd: z.number().int(),
    }),
  ),
});
export type HoursReport = z.infer<typeof hoursReportSchema>;

/** Active users whose tokens will not last until the renewal at their usual pace, the first to run out first. */
export const runningOutSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      email: z.string().nullable(),
      name: z.string(),
      available: z.number().int(),
      usagePercent: z.number(),
      exhaustionDate: z.string(),
    }),
  ),
  /** All of them, shown or not. */
  total: z.number().int(),
  /** Days before this were looked back on; null when that was never done. */
  asOf: z.string().nullable(),
});
export type RunningOut = z.infer<typeof runningOutSchema>;
