import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { figureExpressions } from '../../gateway/accounts/figures.ts';
import { findUsers, type Outlook } from '../../gateway/accounts/queries.ts';
import type { LimitMode } from '../../gateway/db/json-columns.ts';
import { office } from './account-kit.ts';

test('lists sort and filter by the same numbers that the ledger enforces', async (t) => {
  const { context } = await office(t);
  const { db } = context;
  const { users, plans, userPeriods } = db.tables;
  const modes: LimitMode[] = ['inherit', 'tokens', 'unlimited'];
  const at = { createdAt: 1, updatedAt: 1 };
  for (const mode of modes) {
    await db.insert(plans).values({
      id: `p-${mode}`,
      name: mode,
      limitMode: mode,
      monthlyLimit: mode === 'tokens' ? 777 : null,
      thresholds: [80],
      ...at,
    });
  }
  const ids: string[] = [];
  for (const own of modes) {
    for (const plan of modes) {
      for (const [used, usedCredits, held, credits, heldCredits] of [
        [0, 0, 0, 0, 0],
        [333, 0, 111, 5, 5],
        [1_000, 50, 0, 200, 0],
        [2_000, 3, 7, 1_000, 999],
      ] as const) {
        const id = `usr_${ids.length}`;
        ids.push(id);
        await db.insert(users).values({
          id,
          planId: `p-${plan}`,
          limitMode: own,
          monthlyLimit: own === 'tokens' ? 555 : null,
          credits,
          heldCredits,
          ...at,
        });
        if (used > 0) {
          await db
            .insert(userPeriods)
            .values({ userId: id, period: '2026-11', usedMonthly: used, usedCredits, heldMonthly: held });
        }
      }
    }
  }
  const period = context.calendar().period(context.clock.now());
  for (const policy of [
    { defaultMonthlyLimit: 1_000, blockThreshold: 1_000_000 },
    { defaultMonthlyLimit: null, blockThreshold: 900_000 },
    { defaultMonthlyLimit: 0, blockThreshold: 333_333 },
  ]) {
    const outlook: Outlook = { now: context.clock.now(), period, policy };
    const { limit, used, held, available, share } = figureExpressions(db.tables, policy);
    const rows = await db
      .select({ id: users.id, limit, used, held, available, share })
      .from(users)
      .innerJoin(plans, eq(plans.id, users.planId))
      .leftJoin(userPeriods, eq(userPeriods.userId, users.id));
    const shown = await findUsers(db, outlook, ids);
    assert.equal(rows.length, ids.length);
    for (const user of shown) {
      const row = rows.find(({ id }) => id === user.id);
      assert.ok(row);
      assert.deepEqual(
        [row.limit, row.used, row.held, row.available, Math.floor(row.share / 1_000) / 10],
        [user.monthlyLimit, user.used, user.held, user.available, user.usagePercent],
        JSON.stringify({ policy, user }),
      );
    }
  }
});
