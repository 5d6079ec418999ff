/** Before data is moved away from under them: whether gateways still run on a database that others share. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { anyGatewayRuns } from '../../gateway/ops/living-gateways.ts';
import { build } from '../support/build.ts';

const HOUR_MS = 3_600_000;

test('a gateway runs that gives signs of life, whatever its clock says, and one without any has crashed', async (t) => {
  const { db, clock } = (await build(t)).context;
  const { gateways } = db.tables;
  const now = clock.now();
  await db.update(gateways).set({ stoppedAt: now });
  let waits = 0;
  const runs = (leaseMs: number, onWait = () => {}) =>
    anyGatewayRuns(db, clock, {
      leaseMs,
      onWait() {
        waits += 1;
        onWait();
      },
    });

  assert.equal(await runs(60_000), false);
  assert.equal(waits, 0, 'all have noted their end');
  await db.insert(gateways).values([
    { id: 'gtw_ahead', version: 'x', startedAt: now, heartbeatAt: now + HOUR_MS },
    { id: 'gtw_of_last_month', version: 'x', startedAt: now, heartbeatAt: now - 30 * 24 * HOUR_MS },
  ]);
  assert.equal(await runs(1), false);
  assert.equal(waits, 1);

  const beat = () =>
    db
      .update(gateways)
      .set({ heartbeatAt: sql`${gateways.heartbeatAt} + 1` })
      .where(eq(gateways.id, 'gtw_ahead'));
  assert.equal(await runs(60_000, () => void beat()), true);
});
