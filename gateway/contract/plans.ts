/** Shapes of `/api/admin/plans`. */
import { z } from 'zod';
import { instant, listOf } from './common.ts';
import { limitInput, MOST_TOKENS } from './users.ts';

/** An id that people type. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'must be letters, digits, ".", "_" or "-"');

const name = z.string().trim().min(1).max(120);
const perMinute = z.number().int().min(1).max(1_000_000).nullable();
const concurrent = z.number().int().min(1).max(100_000).nullable();

/** Null = none. */
export const rateLimitSchema = z.strictObject({ perMinute, concurrent });

/** When the share left falls under `belowPercent`, add `tokens`, at most `timesPerMonth` times. */
export const autoRenewSchema = z.strictObject({
  belowPercent: z.number().int().min(1).max(99),
  tokens: z.number().int().min(1).max(MOST_TOKENS),
  timesPerMonth: z.number().int().min(1).max(31),
});

const thresholds = z
  .array(z.number().int().min(1).max(100))
  .min(1)
  .max(5)
  .refine((list) => list.every((value, index) => index === 0 || value > (list[index - 1] ?? 0)), 'must rise')
  .describe('Shares in percent at which users are warned; rising');

/** A model's name, or a pattern with `*`. */
export const modelPattern = z.string().trim().min(1).max(200);

const planFields = {
  name,
  /** Tokens a period; null = unlimited; `inherit` = the setting DEFAULT_MONTHLY_LIMIT. */
  monthlyLimit: limitInput,
  thresholds,
  /** Null = all models. */
  allowedModels: z.array(modelPattern).max(200).nullable(),
  rateLimit: rateLimitSchema,
  autoRenew: autoRenewSchema.nullable(),
  /** Hours within which a request for credits is promised an answer. */
  answerHours: z.number().int().min(1).max(720),
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
  reason: z.string().trim().min(1).max(500).optional(),
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
  reason: z.string().trim().min(1).max(500).optional(),
});
export type UpdatePlan = z.infer<typeof updatePlanBody>;
