/** Pure: a plan as its form holds it, and as the API takes it. */
import type { CreatePlan, Plan, UpdatePlan } from '../../../gateway/contract/plans.ts';

export interface PlanValues extends Record<string, unknown> {
  id: string;
  name: string;
  /** Undefined while nothing is typed. */
  monthlyLimit: number | null | 'inherit' | undefined;
  /** Percents, as typed. */
  thresholds: string[];
  allowsAll: boolean;
  allowedModels: string[];
  perMinute: number | null | undefined;
  concurrent: number | null | undefined;
  renews: boolean;
  belowPercent: number | '';
  renewTokens: number | '';
  timesPerMonth: number | '';
  /** Within which requests for credits are answered. */
  answerHours: number | '';
  reason: string;
}

const NEW_RATES = { perMinute: 120, concurrent: 20 };

export function planValues(plan: Plan | undefined): PlanValues {
  return {
    id: plan?.id ?? '',
    name: plan?.name ?? '',
    monthlyLimit: plan === undefined ? 'inherit' : plan.monthlyLimit,
    thresholds: (plan?.thresholds ?? [80, 95, 100]).map(String),
    allowsAll: (plan?.allowedModels ?? null) === null,
    allowedModels: plan?.allowedModels ?? [],
    perMinute: plan === undefined ? NEW_RATES.perMinute : plan.rateLimit.perMinute,
    concurrent: plan === undefined ? NEW_RATES.concurrent : plan.rateLimit.concurrent,
    renews: (plan?.autoRenew ?? null) !== null,
    belowPercent: plan?.autoRenew?.belowPercent ?? 10,
    renewTokens: plan?.autoRenew?.tokens ?? 100_000,
    timesPerMonth: plan?.autoRenew?.timesPerMonth ?? 1,
    answerHours: plan?.answerHours ?? 24,
    reason: '',
  };
}

/** Thresholds as numbers, rising; null where one is no whole percent from 1 to 100. */
export function thresholdsOf(typed: readonly string[]): number[] | null {
  const numbers = typed.map((text) => Number(text.replace('%', '').trim()));
  const good = numbers.every((share) => Number.isInteger(share) && share >= 1 && share <= 100);
  return good ? [...new Set(numbers)].sort((a, b) => a - b) : null;
}

/** All fields, checked before. */
export function planBody(values: PlanValues): Omit<CreatePlan, 'id'> & UpdatePlan {
  const reason = values.reason.trim();
  return {
    name: values.name.trim(),
    monthlyLimit: values.monthlyLimit ?? null,
    thresholds: thresholdsOf(values.thresholds) ?? [],
    allowedModels: values.allowsAll ? null : values.allowedModels,
    rateLimit: { perMinute: values.perMinute ?? null, concurrent: values.concurrent ?? null },
    autoRenew: values.renews
      ? {
          belowPercent: Number(values.belowPercent),
          tokens: Number(values.renewTokens),
          timesPerMonth: Number(values.timesPerMonth),
        }
      : null,
    answerHours: Number(values.answerHours),
    ...(reason === '' ? {} : { reason }),
  };
}

/** What a plan's card shows of an edit before it is answered: all but the limit, which may be that of the team. */
export function planSeen({
  name,
  thresholds,
  allowedModels,
  rateLimit,
  autoRenew,
  answerHours,
}: UpdatePlan): UpdatePlan {
  return { name, thresholds, allowedModels, rateLimit, autoRenew, answerHours };
}

/** Whether what people may use changes, so that the gateway asks why. */
export function needsReason(plan: Plan, values: PlanValues): boolean {
  const { monthlyLimit, allowedModels, rateLimit } = planBody(values);
  return (
    JSON.stringify([monthlyLimit, allowedModels, rateLimit.perMinute, rateLimit.concurrent]) !==
    JSON.stringify([plan.monthlyLimit, plan.allowedModels, plan.rateLimit.perMinute, plan.rateLimit.concurrent])
  );
}

/** What takes an edit back. */
export function planUndo(plan: Plan, reason: string): UpdatePlan {
  const { name, monthlyLimit, thresholds, allowedModels, rateLimit, autoRenew, answerHours } = plan;
  return { name, monthlyLimit, thresholds, allowedModels, rateLimit, autoRenew, answerHours, reason };
}

const FIELDS: Readonly<Record<string, string>> = {
  'rateLimit.perMinute': 'perMinute',
  'rateLimit.concurrent': 'concurrent',
  'autoRenew.belowPercent': 'belowPercent',
  'autoRenew.tokens': 'renewTokens',
  'autoRenew.timesPerMonth': 'timesPerMonth',
};

/** The input that shows what the API says of one of its fields. */
export function planField(field: string): string {
  return FIELDS[field] ?? field.split('.')[0] ?? field;
}
