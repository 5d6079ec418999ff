/** What a start-up source may list besides settings: upstreams, service keys, plans, users and operators. */
import { z } from 'zod';
import { isCertificate } from '../upstreams/certificates.ts';

const NAME = z.string().trim().min(1).max(200);
const ID = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'must be letters, digits, ".", "_" or "-"');
const TOKENS = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const PER = z.number().int().min(1).max(1_000_000).nullable();
const EMAIL = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address')
  .transform((email) => email.normalize('NFC').toLowerCase());
/** null = unlimited, `inherit` = the plan's or the default limit; left out = as it is, at first inherited. */
const LIMIT = z
  .union([TOKENS, z.null(), z.literal('inherit')], 'must be a whole number of tokens, null for unlimited, or "inherit"')
  .optional();
/** Models by name or pattern. */
const PATTERNS = z.array(z.string().trim().min(1).max(200)).min(1).max(1_000);

// Fields that a list leaves out stay as they are, so that only what is written is taken from the console's hands.

export const upstreamDeclaration = z.strictObject({
  id: ID,
  kind: z.enum(['openai', 'anthropic', 'gemini', 'azure', 'demo']),
  name: NAME.optional(),
  baseUrl: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).transform((url) => url.replace(/\/+$/, '')),
  apiKey: z.string().trim().min(1).max(4_000).nullable().optional(),
  models: PATTERNS.optional(),
  aliases: z.record(z.string().min(1), z.string().min(1)).optional(),
  /** Default: after those listed before it. Upstreams of the same position share the requests by weight. */
  position: z.number().int().min(0).max(10_000).optional(),
  weight: z.number().int().min(0).max(1_000).optional(),
  enabled: z.boolean().optional(),
  timeouts: z
    .strictObject({
      connectMs: z.number().int().min(100).max(600_000).optional(),
      headersMs: z.number().int().min(100).max(3_600_000).optional(),
      idleMs: z.number().int().min(100).max(3_600_000).optional(),
    })
    .nullable()
    .optional(),
  /** PEM. */
  caCertificate: z
    .string()
    .trim()
    .max(200_000)
    .refine(isCertificate, 'must be a certificate in PEM')
    .nullable()
    .optional(),
});

export const serviceKeyDeclaration = z.strictObject({
  name: NAME,
  key: z
    .string()
    .min(16, 'must have at least 16 characters')
    .max(500)
    .regex(/^[!-~]+$/, 'must be printable ASCII without spaces'),
  /** Name of the service account that pays for images, audio and embeddings without a user; null refuses them. */
  chargeUnnamedTo: NAME.nullable().optional(),
});

export const planDeclaration = z.strictObject({
  id: ID,
  name: NAME.optional(),
  monthlyLimit: LIMIT,
  rateLimit: z.strictObject({ perMinute: PER.optional(), concurrent: PER.optional() }).optional(),
  /** Percent. */
  thresholds: z.array(z.number().int().min(1).max(100)).min(1).max(10).optional(),
  allowedModels: PATTERNS.nullable().optional(),
});

export const userDeclaration = z.strictObject({
  email: EMAIL,
  name: NAME.optional(),
  plan: ID.optional(),
  monthlyLimit: LIMIT,
  credits: TOKENS.optional(),
});

export const operatorDeclaration = z.strictObject({
  email: EMAIL,
  name: NAME.optional(),
  password: z.string().min(10, 'must have at least 10 characters').max(1_000).optional(),
  /** At first `viewer`. */
  role: z.enum(['owner', 'admin', 'approver', 'viewer']).optional(),
});

/** The lists of the config file. */
export const declarationsSchema = z.strictObject({
  upstreams: unique(upstreamDeclaration, 'id'),
  serviceKeys: unique(serviceKeyDeclaration, 'key'),
  plans: unique(planDeclaration, 'id'),
  users: unique(userDeclaration, 'email'),
  operators: unique(operatorDeclaration, 'email'),
});

export type Declarations = z.output<typeof declarationsSchema>;
export type UpstreamDeclaration = z.output<typeof upstreamDeclaration>;
export type ServiceKeyDeclaration = z.output<typeof serviceKeyDeclaration>;
export type PlanDeclaration = z.output<typeof planDeclaration>;
export type UserDeclaration = z.output<typeof userDeclaration>;
export type OperatorDeclaration = z.output<typeof operatorDeclaration>;

/** Where declarations come from. */
export interface DeclarationSource {
  readonly kind: 'config' | 'environment';
  /** How messages name it. */
  readonly name: string;
  /** Position of its first upstream: those of earlier sources are tried first. */
  readonly firstPosition: number;
}

export const NO_DECLARATIONS: Declarations = { upstreams: [], serviceKeys: [], plans: [], users: [], operators: [] };

/** A list in which no two items have the same `field`. */
function unique<T extends z.ZodType<Record<string, unknown>>>(item: T, field: string) {
  return z
    .array(item)
    .max(100_000)
    .superRefine((items, context) => {
      const seen = new Map<unknown, number>();
      items.forEach((entry, index) => {
        const value = entry[field];
        const earlier = seen.get(value);
        if (earlier === undefined) seen.set(value, index);
        else
          context.addIssue({ code: 'custom', path: [index, field], message: `is the same as that of item ${earlier}` });
      });
    })
    .default([]);
}
