/** What tests of retention share: an office with a year of use behind it, and a look at everything that must not change. */
import type { TestContext } from 'node:test';
import { RUN_BOUNDS, type RunBounds } from '../../gateway/retention/delete-old.ts';
import { createRetentionSchedule } from '../../gateway/retention/schedule.ts';
import { type Office, office, spendTokens } from '../accounts/account-kit.ts';
import type { BuildOptions } from '../support/build.ts';

/** The instants of the requests: many old ones, and one on each of the last days. */
export const TODAY = '2026-11-20';
/** With 40 days kept, and UTC: records from here on stay. */
export const KEPT_FROM = '2026-10-11';

export interface Years extends Office {
  readonly ana: string;
  readonly bob: string;
  /** Looks as at a quarter past four of the day, with bounds of its own. @returns whether a run began; it has ended */
  run(day: string, bounds?: Partial<RunBounds>): Promise<boolean>;
  /** Ids of all usage records, oldest first. */
  records(): Promise<string[]>;
  set(days: number | null): Promise<void>;
}

/** 12 old requests and 8 young ones; the clock stands at noon of `TODAY`. */
export async function years(t: TestContext, options: BuildOptions = {}): Promise<Years> {
  const built = await office(t, options);
  const { context, clock, api } = built;
  clock.set('2026-01-05T12:00:00Z');
  const { id: ana } = await built.user('ana@example.com', { monthlyLimit: 1_000 });
  const { id: bob } = await built.user('bob@example.com');
  const months = ['01', '03', '05', '07', '08', '09'];
  for (const month of months) {
    clock.set(`2026-${month}-10T09:30:00Z`);
    await spendTokens(context, { userId: ana, tokens: 100, costMicroUsd: 7, outcome: 'ok' });
    await spendTokens(context, { userId: bob, tokens: 30, model: 'claude', outcome: 'upstream_error' });
  }
  for (const day of ['10-11', '10-12', '11-02', '11-16', '11-17', '11-18', '11-19']) {
    clock.set(`2026-${day}T00:00:00Z`);
    await spendTokens(context, { userId: ana, tokens: 10, costMicroUsd: 3 });
  }
  clock.set(`${TODAY}T03:00:00Z`);
  await spendTokens(context, { userId: bob, tokens: 5 });
  clock.set(`${TODAY}T12:00:00Z`);
  await built.gateway.background.rollups.runDue();
  return {
    ...built,
    ana,
    bob,
    async run(day, bounds = {}) {
      clock.set(`${day}T04:15:00Z`);
      const begun = await createRetentionSchedule(context, { ...RUN_BOUNDS, ...bounds }).look();
      await context.jobs.idle();
      return begun;
    },
    async records() {
      const { usageRecords } = context.db.tables;
      const rows = await context.db.select({ id: usageRecords.id }).from(usageRecords).orderBy(usageRecords.id);
      return rows.map(({ id }) => id);
    },
    async set(days) {
      const { status, body } = await api('/api/admin/settings', { method: 'PUT', body: { usageRetentionDays: days } });
      if (status !== 200) throw new Error(JSON.stringify(body));
    },
  };
}

/** Every figure that people read, and every row that figures are made of, but for the usage records themselves. */
export async function figures({ api, context, ana, bob }: Years): Promise<Record<string, unknown>> {
  const all = '?from=2026-01-01&to=2026-11-30';
  const paths = [
    ...['user', 'model', 'day', 'month'].map((by) => `/api/admin/reports/usage${all}&groupBy=${by}`),
    `/api/admin/reports/quality${all}`,
    '/api/admin/stats/hours',
    `/api/admin/ledger?limit=200`,
    `/api/admin/ledger?limit=200&user=${ana}`,
    `/api/admin/ledger?limit=200&user=${ana}&sort=createdAt`,
    `/api/admin/ledger?limit=200&user=${bob}&kind=debit`,
    `/api/admin/ledger?limit=200&user=${ana}&from=2026-03-01&to=2026-08-31`,
    `/api/admin/users/${ana}`,
    `/api/admin/users/${ana}/stats`,
    '/api/admin/stats',
  ];
  const found: Record<string, unknown> = {};
  for (const path of paths) {
    const { status, body } = await api(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    found[path] = withoutNames(body);
  }
  const { dailyRollups, dailyTotals, hourlyTotals, userPeriods, departmentPeriods, users } = context.db.tables;
  for (const [name, table] of Object.entries({ dailyRollups, dailyTotals, userPeriods, departmentPeriods, users })) {
    found[name] = (await context.db.select().from(table)).map((row) => JSON.stringify(row)).sort();
  }
  found.hours = (await context.db.select().from(hourlyTotals)).filter(({ requests }) => requests > 0);
  return found;
}

/** A debit names its record while that is kept. */
function withoutNames(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === 'usageId' ? undefined : inner)));
}
