/** Plans of a start-up source: made where missing, else only the fields that it names. */
import { inArray } from 'drizzle-orm';
import { type Applying, auditApplied, differing } from './applying.ts';
import type { PlanDeclaration } from './declarations.ts';

const DEFAULT_THRESHOLDS = [80, 95, 100];

export async function applyPlans(applying: Applying, declared: readonly PlanDeclaration[]): Promise<void> {
  if (declared.length === 0) return;
  const { context, tx } = applying;
  const { plans } = tx.tables;
  const ids = declared.map(({ id }) => id);
  const present = new Map((await tx.select().from(plans).where(inArray(plans.id, ids))).map((plan) => [plan.id, plan]));
  const now = context.clock.now();
  for (const declaration of declared) {
    const { id, name, monthlyLimit, rateLimit, thresholds, allowedModels } = declaration;
    const wished = {
      name,
      ...limitFields(monthlyLimit),
      ratePerMinute: rateLimit?.perMinute,
      concurrent: rateLimit?.concurrent,
      thresholds,
      allowedModels,
    };
    const plan = present.get(id);
    if (!plan) {
      const made = { ...wished, id, name: name ?? id, thresholds: thresholds ?? DEFAULT_THRESHOLDS };
      await tx.insert(plans).values({ ...made, createdAt: now, updatedAt: now });
      await auditApplied(applying, 'plan.created', { kind: 'plan', id }, []);
      continue;
    }
    const changed = differing(plan, wished);
    if (Object.keys(changed).length === 0) continue;
    await tx
      .update(plans)
      .set({ ...changed, updatedAt: now })
      .where(inArray(plans.id, [id]));
    await auditApplied(applying, 'plan.changed', { kind: 'plan', id }, Object.keys(changed));
  }
}

/** A limit as declared (null = unlimited, undefined = no word) in columns. */
export function limitFields(limit: number | null | 'inherit' | undefined) {
  if (limit === undefined) return {};
  if (limit === 'inherit') return { limitMode: 'inherit' as const, monthlyLimit: null };
  return limit === null
    ? { limitMode: 'unlimited' as const, monthlyLimit: null }
    : { limitMode: 'tokens' as const, monthlyLimit: limit };
}
