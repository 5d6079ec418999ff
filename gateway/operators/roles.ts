/** Pure: the order of roles. Each may do all that the ones after it may. */
import type { Role } from '../db/json-columns.ts';

const RANK: Record<Role, number> = { viewer: 1, approver: 2, admin: 3, owner: 4 };

/** Whether `role` may do what `needed` may. */
export function roleAtLeast(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed];
}

/** The weaker of two roles. */
export function weakerRole(a: Role, b: Role): Role {
  return RANK[a] <= RANK[b] ? a : b;
}
