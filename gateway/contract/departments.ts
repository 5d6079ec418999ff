/** Shapes of `/api/admin/departments`. The department `team` is everybody: its caps hold on top of all others. */
import { z } from 'zod';
import { LONGEST, RANGES } from './bounds.ts';
import { instant, listOf, oneLine, whole } from './common.ts';
import { slug } from './plans.ts';
import { reason } from './users.ts';

/** What filters, limits and lines of files mean by these words is no department of that id. */
const RESERVED_IDS = ['none', 'team', 'inherit'];
const departmentId = slug.refine(
  (id) => !RESERVED_IDS.includes(id.toLowerCase()),
  'is a word that means something else',
);

const name = oneLine(LONGEST.name);
/** Charged tokens a month for all members together; null = no cap. */
const capTokens = whole(RANGES.tokens).nullable();
/** The same in millionths of a US dollar. */
const capMicroUsd = whole(RANGES.microUsd).nullable();

export const departmentSchema = z.object({
  id: z.string(),
  name: z.string(),
  capTokens,
  capMicroUsd,
  /** Whether a reached cap refuses requests, or only shows. */
  stopAtCap: z.boolean(),
  /** Of this period. */
  period: z.string(),
  usedTokens: z.number().int(),
  usedMicroUsd: z.number().int(),
  heldTokens: z.number().int(),
  heldMicroUsd: z.number().int(),
  /** How many users belong to it, the deleted left out. */
  users: z.number().int(),
  createdAt: instant,
  updatedAt: instant,
});
export type Department = z.infer<typeof departmentSchema>;
export const departmentList = listOf(departmentSchema);

export const createDepartmentBody = z.strictObject({
  id: departmentId.optional().describe('Default: made by the gateway'),
  name,
  capTokens: capTokens.default(null),
  capMicroUsd: capMicroUsd.default(null),
  stopAtCap: z.boolean().default(true),
  reason: reason.optional(),
});
export type CreateDepartment = z.infer<typeof createDepartmentBody>;

/** Fields that are left out stay as they are; a change of the caps asks for a reason. */
export const updateDepartmentBody = z.strictObject({
  name: name.optional(),
  capTokens: capTokens.optional(),
  capMicroUsd: capMicroUsd.optional(),
  stopAtCap: z.boolean().optional(),
  reason: reason.optional(),
});
export type UpdateDepartment = z.infer<typeof updateDepartmentBody>;
