/** The whole contract of the ledger once more, through a pooler that gives each transaction another session. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { ledgerContract } from '../support/ledger-contract.ts';
import { startPooler } from '../support/pooler.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/pg', import.meta.url));

ledgerContract('Postgres through a pooler', async () => {
  const database = await createTestDatabase(false);
  const pooler = await startPooler(database.url);
  const db = await openPostgres({ url: pooler.url, migrationsFolder, gatewayId: 'gtw_test' });
  return {
    db,
    async close() {
      await db.close();
      assert.ok(pooler.switches() > 100, 'sessions were shared out');
      await pooler.close();
      await database.drop();
    },
  };
});
