/**
 * Shapes of approvals on another machine: the packet that is handed out, the decisions that come back, and the routes
 * under `/api/admin/packets`. Tokens are charged tokens, instants are epoch milliseconds.
 */
import { z } from 'zod';
import { LONGEST, MOST_OF, PATTERNS, RANGES } from './bounds.ts';
import { instant, listOf, whole, words } from './common.ts';
import { ticketKindSchema, urgencySchema } from './tickets.ts';

/** What both files are: canonical bytes (base64url), whose key signed them, and the signature. */
export const signedFile = z.object({
  format: z.enum(['ia-solaris/requests', 'ia-solaris/decisions']),
  version: z.number().int(),
  payload: z.string().max(20_000_000),
  /** Ed25519, 32 bytes in base64url. */
  publicKey: z.string().regex(/^[\w-]{43}$/),
  signature: z.string().regex(/^[\w-]{86}$/),
});
export type RequestPacket = z.infer<typeof signedFile>;
export type DecisionFile = z.infer<typeof signedFile>;

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** A request as the packet shows it: all that a decision needs. */
export const packetRequest = z.object({
  id: z.string(),
  number: z.number().int(),
  kind: ticketKindSchema,
  urgency: urgencySchema,
  amount: z.number().int().nullable(),
  message: z.string(),
  /** What was said since: questions and replies. */
  conversation: z.array(z.object({ by: z.enum(['user', 'operator', 'system']), text: z.string(), at: instant })),
  createdAt: instant,
  dueAt: instant,
  user: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    plan: z.string(),
    monthlyLimit: z.number().int().nullable(),
    used: z.number().int(),
    credits: z.number().int(),
    usage30Days: z.number().int(),
    /** Credits granted in the last 90 days. */
    granted90Days: z.number().int(),
  }),
  /** SHA-256 of the request itself: a decision is good for exactly this. */
  digest,
});
export type PacketRequest = z.infer<typeof packetRequest>;

export const requestsPayload = z.object({
  installation: z.string(),
  /** Unique: decisions name it. */
  nonce: z.string(),
  createdAt: instant,
  expiresAt: instant,
  currency: z.string(),
  /** Millionths of the currency for a million tokens. */
  pricePerMillion: z.number().int(),
  requests: z.array(packetRequest).max(MOST_OF.packetRequests),
});
export type RequestsPayload = z.infer<typeof requestsPayload>;

const ticketId = z.string().min(1).max(100).regex(PATTERNS.noControl);

/** What the API takes of a decision, and nothing else: the file is signed, but its texts are somebody's. */
export const packetDecision = z.discriminatedUnion('decision', [
  z.object({
    decision: z.literal('approve'),
    id: ticketId,
    digest,
    amount: whole(RANGES.grant),
    note: words(LONGEST.note).nullable(),
  }),
  z.object({ decision: z.literal('reject'), id: ticketId, digest, reason: words(LONGEST.reason) }),
]);
export type PacketDecision = z.infer<typeof packetDecision>;

export const decisionsPayload = z.object({
  installation: z.string(),
  /** Nonce and digest of the packet that was decided on. */
  nonce: z.string(),
  packetDigest: digest,
  decidedAt: instant,
  decisions: z.array(packetDecision).min(1).max(MOST_OF.packetRequests),
});
export type DecisionsPayload = z.infer<typeof decisionsPayload>;

export const exportPacketBody = z
  .strictObject({
    /** Default: all that wait, of very many the oldest. */
    ids: z.array(ticketId).min(1).max(MOST_OF.packetRequests).optional(),
    /** How long its decisions are taken. */
    hours: z.number().int().min(1).max(720).default(72),
  })
  .nullish();

/** What became of a file of decisions: each request with how it was decided, or why not. */
export const importAnswer = z.object({
  operatorId: z.string(),
  applied: z.array(z.object({ id: z.string(), ticket: z.string(), status: z.enum(['approved', 'rejected']) })),
  refused: z.array(z.object({ id: z.string(), ticket: z.string().nullable(), code: z.string(), message: z.string() })),
});
export type ImportAnswer = z.infer<typeof importAnswer>;

export const approverKeySchema = z.object({
  fingerprint: z.string(),
  operatorId: z.string(),
  operator: z.string(),
  name: z.string(),
  createdAt: instant,
  revokedAt: instant.nullable(),
});
export type ApproverKey = z.infer<typeof approverKeySchema>;
export const approverKeyList = listOf(approverKeySchema);

/** The fingerprint is compared with the key: what was read out must be what was sent. */
export const enrolKeyBody = z.strictObject({
  operatorId: z.string().min(1).max(100),
  publicKey: words(LONGEST.publicKey),
  fingerprint: z.string().trim().min(1).max(120),
  name: words(LONGEST.name).default('key'),
});
export type EnrolKey = z.infer<typeof enrolKeyBody>;
export const fingerprintParams = z.object({ fingerprint: z.string().min(1).max(120) });
export const packetInfoSchema = z.object({
  installation: z.string(),
  /** Of the key that signs packets: approvers compare it once. */
  fingerprint: z.string(),
});
