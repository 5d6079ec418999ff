/** Shapes of `/api/admin/departments`. The department `team` is everybody: its caps hold on top of all others. */
import { z } from 'zod';
import { instant, listOf } from './common.ts';
import { slug } from './plans.ts';
import { MOST_TOKENS } from './users.ts';

const name = z.string().trim().min(1).max(120);
/** Charged tokens a month for all members together; null = no cap. */
const capTokens = z.number().int().min(0).max(MOST_TOKENS).nullable();
/** The same in millionths of a US dollar. */
const capMicroUsd = z.number().int().min(0).max(MOST_TOKENS).nullable();
const reason = z.string().trim().min(1).max(500).optional();

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
  id: slug.optional().describe('Default: made by the gateway'),
  name,
  capTokens: capTokens.default(null),
  capMicroUsd: capMicroUsd.default(null),
  stopAtCap: z.boolean().default(true),
  reason,
});
export type CreateDepartment = z.infer<typeof createDepartmentBody>;

/** Fields that are left out stay as they are; a change of the caps asks for a reason. */
export const updateDepartmentBody = z.strictObject({
  name: name.optional(),
  capTokens: capTokens.optional(),
  capMicroUsd: capMicroUsd.optional(),
  stopAtCap: z.boolean().optional(),
  reason,
});
export type UpdateDepartment = z.infer<typeof updateDepartmentBody>;
