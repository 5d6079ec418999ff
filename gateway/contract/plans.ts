/** Shapes of `/api/admin/plans`. */
import { z } from 'zod';
import { LONGEST, MOST_OF, PATTERNS, RANGES } from './bounds.ts';
import { instant, listOf, oneLine, whole } from './common.ts';
import { limitInput, reason } from './users.ts';

/** An id that people type. */
export const slug = z.string().regex(PATTERNS.slug, 'must be letters, digits, ".", "_" or "-"');

const name = oneLine(LONGEST.name);
const perMinute = whole(RANGES.perMinute).nullable();
const concurrent = whole(RANGES.concurrent).nullable();

/** Null = none. */
export const rateLimitSchema = z.strictObject({ perMinute, concurrent });

/** When the share left falls under `belowPercent`, add `tokens`, at most `timesPerMonth` times. */
export const autoRenewSchema = z.strictObject({
  belowPercent: whole(RANGES.renewBelow),
  tokens: whole(RANGES.grant),
  timesPerMonth: whole(RANGES.renewTimes),
});

const thresholds = z
  .array(whole(RANGES.threshold))
  .min(1)
  .max(MOST_OF.thresholds)
  .refine((list) => list.every((value, index) => index === 0 || value > (list[index - 1] ?? 0)), 'must rise')
  .describe('Shares in percent at which users are warned; rising');

/** A model's name, or a pattern with `*`. */
export const modelPattern = oneLine(LONGEST.modelPattern);

const planFields = {
  name,
  /** Tokens a period; null = unlimited; `inherit` = the setting DEFAULT_MONTHLY_LIMIT. */
  monthlyLimit: limitInput,
  thresholds,
  /** Null = all models. */
  allowedModels: z.array(modelPattern).max(MOST_OF.allowedModels).nullable(),
  rateLimit: rateLimitSchema,
  autoRenew: autoRenewSchema.nullable(),
  /** Hours within which a request for credits is promised an answer. */
  answerHours: whole(RANGES.answerHours),
};

export const planSchema = z.object({
  id: z.string(),
  ...planFields,
  /** What `monthlyLimit` comes to now; null = unlimited. */
  effectiveLimit: z.number().int().nullable(),
  /** How many users have it, the deleted left out. */
  users: z.number().int(),
  /** One of the four that always exist. */
  builtIn: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type Plan = z.infer<typeof planSchema>;
export const planList = listOf(planSchema);

export const createPlanBody = z.strictObject({
  id: slug,
  name: name.optional().describe('Default: the id'),
  monthlyLimit: limitInput.default('inherit'),
  thresholds: thresholds.default([80, 95, 100]),
  allowedModels: planFields.allowedModels.default(null),
  rateLimit: rateLimitSchema.partial().default({}),
  autoRenew: planFields.autoRenew.default(null),
  answerHours: planFields.answerHours.default(24),
  reason: reason.optional(),
});
export type CreatePlan = z.infer<typeof createPlanBody>;

/** Fields that are left out stay as they are. */
export const updatePlanBody = z.strictObject({
  name: name.optional(),
  monthlyLimit: limitInput.optional(),
  thresholds: thresholds.optional(),
  allowedModels: planFields.allowedModels.optional(),
  rateLimit: rateLimitSchema.partial().optional(),
  autoRenew: planFields.autoRenew.optional(),
  answerHours: planFields.answerHours.optional(),
  /** Needed to change what users may use: the limit, the models or the rate limits. */
  reason: reason.optional(),
});
export type UpdatePlan = z.infer<typeof updatePlanBody>;
