/** The whole contract of the ledger once more, through a PgBouncer whose few sessions are shared out by transaction. */
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { ledgerContract } from '../support/ledger-contract.ts';
import { noPgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/pg', import.meta.url));

if (noPgBouncer) test('Postgres through PgBouncer: the ledger', { skip: noPgBouncer });
else
  ledgerContract('Postgres through PgBouncer', async () => {
    const database = await createTestDatabase(false);
    const bouncer = await startPgBouncer(database.url);
    const db = await openPostgres({ url: bouncer.url, migrationsFolder, gatewayId: 'gtw_test' });
    return {
      db,
      async close() {
        await db.close();
        await bouncer.close();
        await database.drop();
      },
    };
  });
