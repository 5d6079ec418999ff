import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import type { GatewayContext } from '../../gateway/context.ts';
import { checkAtStart } from '../../gateway/ops/check-at-start.ts';
import { createLogger } from '../../gateway/ops/logs.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';

const alertsOf = ({ db }: GatewayContext) => db.select().from(db.tables.alerts);

function tamper(dataDir: string, ...statements: string[]): void {
  const db = new BetterSqlite3(join(dataDir, 'ia-solaris.db'));
  db.unsafeMode(true);
  db.pragma('writable_schema = ON');
  for (const sql of statements) assert.ok(db.prepare(sql).run().changes > 0, sql);
  db.close();
}

/** The index says another thing than the table: what a torn write leaves behind. */
const DAMAGE = `UPDATE sqlite_schema SET sql = replace(sql, '"status"', '"name"') WHERE name = 'users_status'`;
const DAMAGE_PLAIN = `UPDATE sqlite_schema SET sql = replace(sql, '\`status\`', '\`name\`') WHERE name = 'users_status'`;
const KILLED = 'UPDATE gateways SET stopped_at = NULL';

test('a changed audit log raises one alert at the start, and the gateway still runs', async (t) => {
  const built = await build(t);
  await built.api('/api/admin/users', { body: { email: 'ana@example.com' } });
  await built.gateway.stop();
  tamper(built.dataDir, `UPDATE audit_log SET details = '{}' , action = 'user.forged' WHERE seq = 1`);

  const lines: string[] = [];
  const raised = Promise.withResolvers<void>();
  const log = createLogger('info', {
    write(line) {
      lines.push(line);
      if (line.includes('does not pass its check')) raised.resolve();
    },
  });
  const again = await build(t, { dataDir: built.dataDir, log });
  await raised.promise;
  await checkAtStart(again.context, false);
  const alerts = await alertsOf(again.context);
  assert.equal(alerts.length, 1, 'however often it is found');
  assert.deepEqual(
    [alerts[0]?.kind, alerts[0]?.details],
    ['system', { check: 'audit_chain', kind: 'altered', seq: 1, head: 0 }],
  );
  assert.equal((await fetch(`${again.url}/health`)).status, 200);
  assert.match(lines.join(''), /ia-solaris verify/);
});

test('a damaged file is looked for after a crash only', async (t) => {
  const built = await build(t);
  await built.api('/api/admin/users', { body: { email: 'ana@example.com' } });
  await built.gateway.stop();
  const schema = new BetterSqlite3(join(built.dataDir, 'ia-solaris.db'), { readonly: true });
  const row = schema.prepare<[], { sql: string }>(`SELECT sql FROM sqlite_schema WHERE name = 'users_status'`).get();
  schema.close();
  tamper(built.dataDir, row?.sql.includes('`') ? DAMAGE_PLAIN : DAMAGE);

  const calm = await build(t, { dataDir: built.dataDir });
  await checkAtStart(calm.context, false);
  assert.deepEqual(await alertsOf(calm.context), []);
  await checkAtStart(calm.context, true);
  const [alert] = await alertsOf(calm.context);
  assert.equal(alert?.dedupeKey, 'system:integrity');
  assert.match(JSON.stringify(alert?.details), /users_status/);
});

test('a gateway that was killed is noted as dead at its last sign of life', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  await built.gateway.stop();
  tamper(built.dataDir, KILLED);
  clock.advance(60_000);
  const again = await build(t, { dataDir: built.dataDir, clock });
  const { gateways } = again.context.db.tables;
  const rows = await again.context.db.select().from(gateways).orderBy(gateways.startedAt);
  assert.deepEqual(
    rows.map(({ stoppedAt }) => stoppedAt),
    [clock.now() - 60_000, null],
  );
});

test('a time without a sign of life is noted when it is over, once', async (t) => {
  const clock = testClock();
  const { context } = await build(t, { clock, leaseMs: 30 });
  const { gatewayGaps, gateways } = context.db.tables;
  const from = clock.now();
  const beaten = async (at: number) => {
    for (let look = 0; look < 5_000; look++) {
      const [own] = await context.db.select().from(gateways);
      if (own?.heartbeatAt === at) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.fail('The gateway gave no sign of life.');
  };
  clock.advance(20);
  await beaten(clock.now());
  assert.equal(await context.db.$count(gatewayGaps), 0, 'as long as a lease is no silence');
  clock.advance(3_600_000);
  await beaten(clock.now());
  clock.advance(20);
  await beaten(clock.now());
  assert.deepEqual(await context.db.select().from(gatewayGaps), [
    { gatewayId: context.gatewayId, startsAt: from + 20, endsAt: from + 20 + 3_600_000 },
  ]);
});
