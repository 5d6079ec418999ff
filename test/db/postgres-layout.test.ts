/** How Postgres lays rows on its pages: the size of its indexes, and half the work of a settlement, depend on it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { ledgerKit } from '../support/ledger-kit.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/pg', import.meta.url));
const RECORDS = 100;

test('the settlement of a usage record stays on its page and changes nothing that an index knows', async (t) => {
  const database = await createTestDatabase();
  const db = await openPostgres({ url: database.url, migrationsFolder, gatewayId: 'gtw_test' });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  t.after(async () => {
    await client.end();
    await db.close();
    await database.drop();
  });
  const records = async () => {
    const { rows } = await client.query<{ page: number; row: Record<string, unknown> }>(
      `SELECT (r.ctid::text::point)[0] AS page, to_jsonb(r) AS row FROM usage_records r ORDER BY id`,
    );
    return rows;
  };
  const kit = await ledgerKit(db);
  const user = await kit.user();
  const holds = await Promise.all(Array.from({ length: RECORDS }, () => kit.held(user)));
  const held = await records();
  await Promise.all(holds.map(({ usageId }) => kit.settle(usageId, 10)));
  const settled = await records();

  assert.equal(settled.length, RECORDS);
  assert.ok(new Set(held.map(({ page }) => page)).size > 1);
  assert.deepEqual(
    settled.map(({ page }) => page),
    held.map(({ page }) => page),
  );
  const { rows: indexed } = await client.query<{ name: string }>(
    `SELECT DISTINCT a.attname AS name FROM pg_index i
     JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = i.indrelid
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = d.refobjsubid
     WHERE i.indrelid = 'usage_records'::regclass`,
  );
  // The primary key's dependency is its constraint's.
  const known = new Set(['id', ...indexed.map(({ name }) => name)]);
  assert.ok(known.has('user_id') && known.has('trouble'));
  const [before, after] = [held[0]?.row ?? {}, settled[0]?.row ?? {}];
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  assert.ok(changed.includes('outcome'));
  assert.deepEqual(
    changed.filter((name) => known.has(name)),
    [],
  );
});
