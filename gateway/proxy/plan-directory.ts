/** What plans allow, for the gate: models and requests a minute. Limits of tokens are the ledger's alone. */
import type { GatewayContext } from '../context.ts';
import { matchesModel } from './model-names.ts';

export interface PlanRules {
  readonly name: string;
  /** null = all. */
  readonly allowedModels: readonly string[] | null;
  /** null = no limit. */
  readonly ratePerMinute: number | null;
}

export interface PlanDirectory {
  rules(planId: string): Promise<PlanRules>;
}

const ALLOW_ALL: PlanRules = { name: '', allowedModels: null, ratePerMinute: null };

export function createPlanDirectory(context: GatewayContext): PlanDirectory {
  let loaded: Promise<Map<string, PlanRules>> | null = null;
  context.events.on(['plans_changed'], () => {
    loaded = null;
  });
  const load = async () => {
    const { plans } = context.db.tables;
    const rows = await context.db
      .select({
        id: plans.id,
        name: plans.name,
        allowedModels: plans.allowedModels,
        ratePerMinute: plans.ratePerMinute,
      })
      .from(plans);
    return new Map<string, PlanRules>(rows.map(({ id, ...rules }) => [id, rules]));
  };
  return {
    async rules(planId) {
      loaded ??= load();
      const plans = await loaded.catch((error: unknown) => {
        loaded = null;
        throw error;
      });
      return plans.get(planId) ?? ALLOW_ALL;
    },
  };
}

export function allowsModel(rules: PlanRules, model: string): boolean {
  return rules.allowedModels === null || rules.allowedModels.some((pattern) => matchesModel(pattern, model));
}
