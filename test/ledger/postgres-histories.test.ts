import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Database } from '../../gateway/db/database.ts';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { ledgerHistories } from '../support/ledger-histories.ts';
import { createTestDatabase, testServerUrl } from '../support/postgres-database.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/pg', import.meta.url));

ledgerHistories('Postgres', async (t) => {
  const database = await createTestDatabase();
  const name = new URL(database.url).pathname.slice(1);
  const admin = new pg.Client({ connectionString: testServerUrl() });
  await admin.connect();
  let wire: TcpProxy | null = null;
  let db: Database | null = null;
  t.after(async () => {
    await wire?.close();
    await admin.query(`DROP DATABASE IF EXISTS ${name}_kept WITH (FORCE)`);
    await admin.end();
    await database.drop();
  });
  /** Also what the server is still doing for somebody who is gone has come to an end. */
  const alone = async () => {
    for (let tries = 0; tries < 12_000; tries++) {
      const { rows } = await admin.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [name]);
      if (rows.length === 0) return;
      await admin.query('SELECT pg_sleep(0.01)');
    }
    throw new Error('Somebody is still connected.');
  };
  const copy = async (from: string, to: string) => {
    await alone();
    await admin.query(`DROP DATABASE IF EXISTS ${to}`);
    await admin.query(`CREATE DATABASE ${to} TEMPLATE ${from}`);
  };
  return {
    async open() {
      await wire?.close();
      wire = await startTcpProxy(database.url);
      db = await openPostgres({ url: wire.url, migrationsFolder, gatewayId: 'gtw_test' });
      return db;
    },
    async crash() {
      wire?.cut();
      await db?.close();
      await alone();
    },
    keep: () => copy(name, `${name}_kept`),
    bringBack: () => copy(`${name}_kept`, name),
  };
});
