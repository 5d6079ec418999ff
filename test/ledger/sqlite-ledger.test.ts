import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqlite } from '../../gateway/db/sqlite.ts';
import { ledgerContract } from '../support/ledger-contract.ts';
import { placeTemplate } from '../support/sqlite-template.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/sqlite', import.meta.url));

ledgerContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'solaris-ledger-'));
  const file = join(folder, 'solaris.db');
  await placeTemplate(file);
  const db = await openSqlite({ file, migrationsFolder, gatewayId: 'gtw_test' });
  return {
    db,
    async close() {
      await db.close();
      await rm(folder, { recursive: true });
    },
  };
});
