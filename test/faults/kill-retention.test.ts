/** kill -9 between two batches of the deletion of old records: the books agree, the next gateway goes on, and all is in the audit log. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { years } from '../retention/retention-kit.ts';
import { verifyBooks } from '../support/build.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';

const MORE = 250;

test('a gateway that was killed while it deleted leaves books that agree, and the next one deletes the rest', async (t) => {
  const { gateway, context, dataDir } = await years(t, { engine: 'sqlite' });
  const { usageRecords } = context.db.tables;
  const [first] = await context.db.select().from(usageRecords).orderBy(usageRecords.id).limit(1);
  assert.ok(first);
  const { id, ...rest } = first;
  const copies = Array.from({ length: MORE }, (_, at) => ({
    ...rest,
    id: id.slice(0, 16) + String(at).padStart(id.length - 16, '0'),
    chargedTokens: 0,
  }));
  await context.db.insert(usageRecords).values(copies);
  await gateway.stop();

  const read = <Row>(sql: string): Row[] => {
    const db = new BetterSqlite3(join(dataDir, 'ia-solaris.db'), { readonly: true });
    const rows = db.prepare<[], Row>(sql).all();
    db.close();
    return rows;
  };
  const count = () => read<{ total: number }>('SELECT count(*) AS total FROM usage_records')[0]?.total;
  const audited = () =>
    read<{ details: string }>(`SELECT details FROM audit_log WHERE action = 'usage.deleted' ORDER BY seq`).map(
      ({ details }) => JSON.parse(details) as { records: number; before: string },
    );
  const options = {
    dataDir,
    config: { usageRetentionDays: 40 },
    startAt: Date.parse('2026-11-21T09:00:00Z'),
  };
  const killed = await startGatewayProcess({ ...options, faultPoint: 'records_deleted' });
  assert.equal(await killed.ended, 'SIGKILL');
  assert.equal(count(), MORE + 20 - 100, 'one batch is gone');
  assert.deepEqual(audited(), []);
  assert.deepEqual(
    (await verifyBooks(dataDir)).checks.filter(({ ok }) => !ok),
    [],
  );

  const next = await startGatewayProcess(options);
  t.after(() => next.child.kill('SIGKILL'));
  while (audited().length < 2) await pause(100);
  assert.equal(count(), 7);
  assert.deepEqual(audited(), [
    { records: 100, before: '2026-10-12' },
    { records: MORE + 13 - 100, before: '2026-10-12' },
  ]);
  assert.equal((await verifyBooks(dataDir)).ok, true);
});
