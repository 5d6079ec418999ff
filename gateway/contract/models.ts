/** Shapes of `/api/admin/models`: what is set about models, by name or pattern. */
import { z } from 'zod';
import { RANGES, type Range } from './bounds.ts';
import { instant, listOf, whole } from './common.ts';
import { modelPattern } from './plans.ts';
import { reason } from './users.ts';

/** At most six decimals: it is kept in millionths. */
const factor = ({ least, most }: Range) =>
  z
    .number()
    .min(least)
    .max(most)
    .refine((value) => Math.abs(value * 1e6 - Math.round(value * 1e6)) < 1e-3, 'must have at most six decimals');

/** Millionths of a US dollar per million tokens. */
const price = whole(RANGES.microUsd);
/** Millionths of a US dollar per thousand calls. */
const fee = whole(RANGES.microUsd);
const tierFactor = factor(RANGES.tierFactor);

export const feesSchema = z.strictObject({
  webSearches: fee.optional().describe('Of the web, also where the provider bills the prompt that was searched for'),
  fileSearches: fee.optional().describe('In stored files'),
  mapSearches: fee.optional().describe('Of places in maps, by the answer'),
  requests: fee.optional().describe('The requests themselves'),
});

export const tierFactorsSchema = z.strictObject({
  flex: tierFactor.optional().describe('What costs half as much is 0.5'),
  priority: tierFactor.optional().describe('What costs twice as much is 2'),
});

export const priceSchema = z.strictObject({
  inputMicroUsd: price,
  outputMicroUsd: price,
  /** Of prompt tokens that the provider had in its cache; default: as other input. */
  cachedInputMicroUsd: price.optional(),
  feesMicroUsd: feesSchema
    .optional()
    .describe('Per thousand of what is bought by the call; a kind that is left out costs what the price table lists'),
  tierFactors: tierFactorsSchema
    .optional()
    .describe('Times the price of a token, by the tier that served; a tier that is left out costs what is known of it'),
});

/** Charged tokens per token; at most six decimals. */
const multiplier = factor(RANGES.multiplier);
const maxOutputTokens = whole(RANGES.maxOutput).nullable();
const unitTokens = whole(RANGES.unitTokens);

/** Tokens to charge for what providers sell by the piece and report no tokens of; by the multiplier like all others. */
export const unitsSchema = z.strictObject({
  image: unitTokens.optional().describe('For each picture that is made'),
  audioSecond: unitTokens.optional().describe('For each second of sound that is listened to'),
  character: unitTokens.optional().describe('For each character that is spoken'),
});

export const modelSchema = z.object({
  /** A model's name, or a pattern with `*`. */
  id: z.string(),
  multiplier: z.number(),
  /** The most that it can produce; null = what is known of it anyway. */
  maxOutputTokens,
  /** Null = the bundled price table's. */
  price: priceSchema.nullable(),
  /** Null = what is known of it anyway. */
  units: unitsSchema.nullable(),
  createdAt: instant,
  updatedAt: instant,
});
export type Model = z.infer<typeof modelSchema>;
export const modelList = listOf(modelSchema);
export const modelParams = z.object({ id: modelPattern });

export const createModelBody = z.strictObject({
  id: modelPattern,
  multiplier: multiplier.default(1),
  maxOutputTokens: maxOutputTokens.default(null),
  price: priceSchema.nullable().default(null),
  units: unitsSchema.nullable().default(null),
  reason: reason.optional(),
});
export type CreateModel = z.infer<typeof createModelBody>;

/** Fields that are left out stay as they are. */
export const updateModelBody = z.strictObject({
  multiplier: multiplier.optional(),
  maxOutputTokens: maxOutputTokens.optional(),
  price: priceSchema.nullable().optional(),
  units: unitsSchema.nullable().optional(),
  reason: reason.optional(),
});
export type UpdateModel = z.infer<typeof updateModelBody>;

/** A model that is used, set or named by an upstream, on the terms of one upstream that serves it. */
export const modelTermsSchema = z.object({
  /** The name that clients use. */
  model: z.string(),
  /** Id of the upstream; null = no upstream that is on serves it now. */
  upstream: z.string().nullable(),
  /** The model's name there; null as above. */
  servedAs: z.string().nullable(),
  multiplier: z.number(),
  maxOutputTokens: z.number().int().nullable(),
  /** For prompts of ordinary length, now. Null when nobody serves it. */
  price: priceSchema
    .required()
    .extend({
      feesMicroUsd: feesSchema.extend({
        searchedPrompts: fee.optional().describe('A prompt that was searched for at all, however often'),
      }),
      tierFactors: tierFactorsSchema.required(),
    })
    .nullable(),
  /**
   * `own`: set by an operator for this name or a pattern that covers it. `table`: of the bundled table. `default`: nobody
   * knows the model. `free`: the demo.
   */
  priceSource: z.enum(['own', 'table', 'default', 'free']).nullable(),
  /** The name or pattern whose settings are the most specific; null when nothing is set. */
  setBy: z.string().nullable(),
  /** Of this period. */
  requests: z.number().int(),
  chargedTokens: z.number().int(),
  costMicroUsd: z.number().int(),
});
export type ModelTerms = z.infer<typeof modelTermsSchema>;

export const modelTermsList = z.object({
  /** Most used first. */
  items: z.array(modelTermsSchema),
  /** Of the bundled price table, `YYYY-MM-DD`. */
  tableDate: z.string(),
});
