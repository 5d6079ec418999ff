/** Shapes of `/api/admin/upstreams`. An upstream's key goes in and never comes out. */
import { z } from 'zod';
import { LONGEST, MOST_OF, RANGES } from './bounds.ts';
import { instant, listOf, oneLine, whole, words } from './common.ts';
import { sourceSchema } from './keys.ts';
import { modelPattern, slug } from './plans.ts';
import { reason } from './users.ts';

export const upstreamKindSchema = z.enum(['openai', 'anthropic', 'gemini', 'azure', 'demo']);

const name = oneLine(LONGEST.name);
const baseUrl = z.string().trim().max(LONGEST.url);
const apiKey = words(LONGEST.apiKey).nullable();
const models = z.array(modelPattern).min(1).max(MOST_OF.upstreamModels);
const aliases = z.record(modelPattern, modelPattern);
const position = whole(RANGES.position);
const weight = whole(RANGES.weight);
const milliseconds = whole(RANGES.timeLimit);
const timeouts = z.strictObject({
  connectMs: milliseconds.optional(),
  headersMs: milliseconds.optional(),
  idleMs: milliseconds.optional(),
});
/** PEM, of an authority that signed the upstream's certificate. */
const caCertificate = words(LONGEST.certificate).nullable();

/** What this gateway has seen of the upstream since its start, or since upstreams were last edited. */
export const upstreamHealthSchema = z.object({
  /** `closed`: it is sent requests. `open`: it rests after failures, and others take its requests. `half_open`: one request tries. */
  state: z.enum(['closed', 'open', 'half_open']),
  /** When it is tried again. */
  retryAt: instant.nullable(),
  /** Models that rest although the upstream itself does not. */
  restingModels: z.array(z.string()),
  lastAnswerAt: instant.nullable(),
  lastFailure: z
    .object({
      kind: z.enum([
        'unreachable',
        'certificate',
        'credentials',
        'unfunded',
        'redirect',
        'timeout',
        'broke',
        'rate_limited',
        'server_error',
      ]),
      /** Of its answer; null when there was none. */
      statusCode: z.number().int().nullable(),
      at: instant,
    })
    .nullable(),
  failures: z.number().int(),
});

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
  /** Trusted beside the authorities that everybody trusts; certificates are always verified. */
  caCertificate,
  health: upstreamHealthSchema,
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
  position: position.optional().describe('The lower, the earlier it is tried; default: last'),
  weight: weight.default(1).describe('Share of the requests among upstreams of the same position; 0 only stands in'),
  enabled: z.boolean().default(true),
  timeouts: timeouts.nullable().default(null),
  caCertificate: caCertificate.default(null),
  reason: reason.optional(),
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
  caCertificate: caCertificate.optional(),
  reason: reason.optional(),
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
