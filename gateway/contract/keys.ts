/** Shapes of `/api/admin/keys`. A key's secret is in one answer only: that of its making. */
import { z } from 'zod';
import { LONGEST, MOST_OF, PATTERNS, RANGES } from './bounds.ts';
import { instant, listOf, listQuery, manyOf, oneLine, whole } from './common.ts';
import { reason } from './users.ts';

export const keyKindSchema = z.enum(['service', 'personal']);
export const sourceSchema = z.enum(['console', 'config', 'environment', 'demo']);

const name = oneLine(LONGEST.name);
const headerName = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(LONGEST.headerName)
  .regex(PATTERNS.headerName, 'must be a header name')
  .refine((value) => !RESERVED_HEADERS.has(value), 'is a header that means something else');
const headerNames = z.array(headerName).max(MOST_OF.headerNames);
const RESERVED_HEADERS = new Set(['authorization', 'cookie', 'host', 'content-type', 'content-length', 'x-api-key']);

/** Which headers name the user, tried in order. */
export const identityHeadersSchema = z.strictObject({ email: headerNames, id: headerNames, name: headerNames });
const newUsersPerHour = whole(RANGES.newUsersPerHour).nullable();
const unnamedUserId = z.string().min(1).max(100).nullable();

export const keySchema = z.object({
  id: z.string(),
  kind: keyKindSchema,
  name: z.string(),
  /** Owner of a personal key. */
  userId: z.string().nullable(),
  /** The secret, masked. */
  masked: z.string(),
  /** Null = the settings' own. */
  headers: identityHeadersSchema.nullable(),
  newUsersPerHour,
  /**
   * Who pays for images, audio, embeddings and moderations that name no user, as LibreChat sends some of them: a service
   * account. Null refuses them.
   */
  unnamedUserId: z.string().nullable(),
  source: sourceSchema,
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
});
export type Key = z.infer<typeof keySchema>;
/** In lists a personal key says whose it is: the user's name, else the e-mail; null without either, and of service keys. */
export const listedKeySchema = keySchema.extend({ userName: z.string().nullable() });
export type ListedKey = z.infer<typeof listedKeySchema>;
export const keyList = listOf(listedKeySchema);

export const keysQuery = listQuery.extend({
  kind: manyOf(keyKindSchema).optional(),
  user: z.string().min(1).max(100).optional(),
  revoked: z.enum(['true', 'false']).optional().describe('Default: both'),
  sort: z.enum(['name', '-name', 'createdAt', '-createdAt', 'lastUsedAt', '-lastUsedAt']).default('-createdAt'),
});
export type KeysQuery = z.infer<typeof keysQuery>;

export const createKeyBody = z.strictObject({
  kind: keyKindSchema.default('service'),
  name,
  /** Needed for personal keys. */
  userId: z.string().min(1).max(100).optional(),
  headers: identityHeadersSchema.nullable().default(null),
  newUsersPerHour: newUsersPerHour.default(null),
  unnamedUserId: unnamedUserId.default(null),
  reason: reason.optional(),
});
export type CreateKey = z.infer<typeof createKeyBody>;

/** `secret` is shown this once. */
export const createdKeySchema = z.object({ key: keySchema, secret: z.string() });

/** Fields that are left out stay as they are. */
export const updateKeyBody = z.strictObject({
  name: name.optional(),
  headers: identityHeadersSchema.nullable().optional(),
  newUsersPerHour: newUsersPerHour.optional(),
  unnamedUserId: unnamedUserId.optional(),
  reason: reason.optional(),
});
export type UpdateKey = z.infer<typeof updateKeyBody>;
