/** Reads of plans. */
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { containsWords, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import type { List, ListQuery } from '../contract/common.ts';
import type { Plan } from '../contract/plans.ts';
import type { Queries } from '../db/database.ts';
import { limitOf } from '../ledger/standing.ts';
import { limitForm } from './limit-form.ts';

export type PlanRow = Queries['tables']['plans']['$inferSelect'];

/** The plans that are made anew at every start where they are missing (`db/seed.ts`). */
export const BUILT_IN_PLANS: ReadonlySet<string> = new Set(['basic', 'pro', 'enterprise', 'trial']);

/** The plan that deleted users are left with, so that they keep no other in use. */
export const TOMBSTONE_PLAN = 'basic';

/** The plan's row; null when there is none. */
export async function findPlanRow(db: Queries, id: string): Promise<PlanRow | null> {
  const { plans } = db.tables;
  const [row] = await db.select().from(plans).where(eq(plans.id, id));
  return row ?? null;
}

/** A plan as the API shows it; null when there is none. */
export async function findPlan(context: GatewayContext, db: Queries, id: string): Promise<Plan | null> {
  const row = await findPlanRow(db, id);
  if (!row) return null;
  const users = await usersByPlan(db, [id]);
  return toPlan(context, row, users.get(id) ?? 0);
}

export async function listPlans(context: GatewayContext, query: ListQuery): Promise<List<Plan>> {
  const { db } = context;
  const { plans } = db.tables;
  const { id, name, createdAt } = plans;
  const page = pageOf(query, { fields: { id, name, createdAt }, id, fallback: 'createdAt' });
  const matches = query.search ? containsWords([id, name], query.search) : undefined;
  const rows = await db
    .select({ row: plans, ...page.keys })
    .from(plans)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const total = await db.$count(plans, matches);
  const users = await usersByPlan(
    db,
    rows.map(({ row }) => row.id),
  );
  return page.finish(rows, total, ({ row }) => toPlan(context, row, users.get(row.id) ?? 0));
}

async function usersByPlan(db: Queries, ids: string[]): Promise<Map<string, number>> {
  const { users } = db.tables;
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ plan: users.planId, count: sql<number>`count(*)`.mapWith(Number) })
    .from(users)
    .where(and(inArray(users.planId, ids), ne(users.status, 'deleted')))
    .groupBy(users.planId);
  return new Map(rows.map(({ plan, count }) => [plan, count]));
}

function toPlan(context: GatewayContext, row: PlanRow, users: number): Plan {
  const {
    id,
    name,
    thresholds,
    allowedModels,
    ratePerMinute,
    concurrent,
    autoRenew,
    answerHours,
    createdAt,
    updatedAt,
  } = row;
  const { limitMode: planLimitMode, monthlyLimit: planMonthlyLimit } = row;
  const ofNobody = { limitMode: 'inherit', monthlyLimit: null, planLimitMode, planMonthlyLimit } as const;
  return {
    id,
    name,
    monthlyLimit: limitForm(row),
    effectiveLimit: limitOf(ofNobody, context.settings.current()),
    thresholds,
    allowedModels,
    rateLimit: { perMinute: ratePerMinute, concurrent },
    autoRenew,
    answerHours,
    users,
    builtIn: BUILT_IN_PLANS.has(id),
    createdAt,
    updatedAt,
  };
}
