import { fileURLToPath } from 'node:url';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { ledgerContract } from '../support/ledger-contract.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/pg', import.meta.url));

ledgerContract('Postgres', async () => {
  const database = await createTestDatabase();
  const db = await openPostgres({ url: database.url, migrationsFolder, gatewayId: 'gtw_test' });
  return {
    db,
    async close() {
      await db.close();
      await database.drop();
    },
  };
});
