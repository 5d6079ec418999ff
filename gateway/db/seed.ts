/** The rows that every installation starts with. */
import type { Database } from './database.ts';

const DEFAULT_THRESHOLDS = [80, 95, 100];

/** The plan of whom nobody has given another. */
export const DEFAULT_PLAN = 'basic';

/** The root of all departments: everybody's shared caps. */
export const TEAM_ID = 'team';

/**
 * Makes the four plans and the team where they are missing. What is there is never touched.
 *
 * @param now epoch milliseconds
 */
export async function seedDefaults(db: Database, now: number): Promise<void> {
  const at = { createdAt: now, updatedAt: now };
  const plan = { thresholds: DEFAULT_THRESHOLDS, ...at };
  await db.tx(async (tx) => {
    const { plans, departments } = tx.tables;
    await tx
      .insert(plans)
      .values([
        { id: DEFAULT_PLAN, name: 'Basic', limitMode: 'inherit', ratePerMinute: 120, concurrent: 20, ...plan },
        {
          id: 'pro',
          name: 'Pro',
          limitMode: 'tokens',
          monthlyLimit: 3_000_000,
          ratePerMinute: 600,
          concurrent: 50,
          ...plan,
        },
        { id: 'enterprise', name: 'Enterprise', limitMode: 'tokens', monthlyLimit: 10_000_000, ...plan },
        {
          id: 'trial',
          name: 'Trial',
          limitMode: 'tokens',
          monthlyLimit: 100_000,
          ratePerMinute: 120,
          concurrent: 20,
          ...plan,
        },
      ])
      .onConflictDoNothing();
    await tx
      .insert(departments)
      .values({ id: TEAM_ID, name: 'Team', ...at })
      .onConflictDoNothing();
  });
}
