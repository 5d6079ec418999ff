/** Shapes of `/api/admin/upstreams`. An upstream's key goes in and never comes out. */
import { z } from 'zod';
import { instant, listOf } from './common.ts';
import { sourceSchema } from './keys.ts';
import { modelPattern, slug } from './plans.ts';

export const upstreamKindSchema = z.enum(['openai', 'anthropic', 'gemini', 'azure', 'demo']);

const name = z.string().trim().min(1).max(120);
const baseUrl = z.string().trim().max(2_000);
const apiKey = z.string().trim().min(1).max(4_000).nullable();
const models = z.array(modelPattern).min(1).max(500);
const aliases = z.record(z.string().trim().min(1).max(200), z.string().trim().min(1).max(200));
const position = z.number().int().min(0).max(10_000);
const weight = z.number().int().min(0).max(1_000);
const milliseconds = z.number().int().min(100).max(3_600_000);
const timeouts = z.strictObject({
  connectMs: milliseconds.optional(),
  headersMs: milliseconds.optional(),
  idleMs: milliseconds.optional(),
});
const reason = z.string().trim().min(1).max(500).optional();

export const upstreamSchema = z.object({
  id: z.string(),
  kind: upstreamKindSchema,
  name: z.string(),
  baseUrl: z.string(),
  hasApiKey: z.boolean(),
  /** Names and patterns of the models that it serves. */
  models: z.array(z.string()),
  /** From the name that clients use to the name that the upstream knows. */
  aliases: z.record(z.string(), z.string()),
  /** The lower, the earlier it is tried. */
  position: z.number().int(),
  /** Share of the traffic among those of the same position. */
  weight: z.number().int(),
  enabled: z.boolean(),
  timeouts: timeouts.nullable(),
  source: sourceSchema,
  createdAt: instant,
  updatedAt: instant,
});
export type Upstream = z.infer<typeof upstreamSchema>;
export const upstreamList = listOf(upstreamSchema);

export const createUpstreamBody = z.strictObject({
  id: slug.optional().describe('Default: made by the gateway'),
  kind: upstreamKindSchema.default('openai'),
  name: name.optional().describe('Default: the id or the kind'),
  /** Up to and with the version, such as `https://api.openai.com/v1`; not for the demo. */
  baseUrl: baseUrl.optional(),
  apiKey: apiKey.default(null),
  models: models.default(['*']),
  aliases: aliases.default({}),
  position: position.optional().describe('Default: last'),
  weight: weight.default(1),
  enabled: z.boolean().default(true),
  timeouts: timeouts.nullable().default(null),
  reason,
});
export type CreateUpstream = z.infer<typeof createUpstreamBody>;

/** Fields that are left out stay as they are; `apiKey: null` removes the key. */
export const updateUpstreamBody = z.strictObject({
  kind: upstreamKindSchema.optional(),
  name: name.optional(),
  baseUrl: baseUrl.optional(),
  apiKey: apiKey.optional(),
  models: models.optional(),
  aliases: aliases.optional(),
  position: position.optional(),
  weight: weight.optional(),
  enabled: z.boolean().optional(),
  timeouts: timeouts.nullable().optional(),
  reason,
});
export type UpdateUpstream = z.infer<typeof updateUpstreamBody>;

/** What a call of the upstream's list of models gave. */
export const upstreamTestSchema = z.object({
  ok: z.boolean(),
  durationMs: z.number().int(),
  /** Of the upstream's answer; null when there was none. */
  statusCode: z.number().int().nullable(),
  /** The first 200 that it names. */
  models: z.array(z.string()),
  /** What is wrong and what to do, null when nothing is. */
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type UpstreamTest = z.infer<typeof upstreamTestSchema>;
