/** A migrated Postgres database of a test's own, on the server that the test command started. */
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migratePostgres } from '../../gateway/db/migrate-postgres.ts';
import { createPool } from '../../gateway/db/postgres-pool.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/pg', import.meta.url));
const TEMPLATE = 'solaris_template';
/** Test files run side by side, and only one may make the template. */
const TEMPLATE_LOCK = 20_261_128;

/** URL of the tests' server; `npm test` starts it and sets the variable. */
export function testServerUrl(): string {
  const url = process.env.TEST_PG_URL;
  if (!url) throw new Error('TEST_PG_URL names no PostgreSQL. Run this through `npm test`, which starts one.');
  return url;
}

export interface TestDatabase {
  readonly url: string;
  /** Ends all connections and removes the database. */
  drop(): Promise<void>;
}

let counter = 0;

/** @param template false makes an empty database */
export async function createTestDatabase(template = true): Promise<TestDatabase> {
  const server = testServerUrl();
  const name = `t_${process.pid}_${Date.now().toString(36)}_${counter++}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    if (template) await ensureTemplate(admin, server);
    await admin.query(`CREATE DATABASE ${name}${template ? ` TEMPLATE ${TEMPLATE}` : ''}`);
  } finally {
    await admin.end();
  }
  return {
    url: withDatabase(server, name),
    async drop() {
      const client = new pg.Client({ connectionString: server });
      await client.connect();
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await client.end();
    },
  };
}

/** The same server's URL with another database. */
export function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function ensureTemplate(admin: pg.Client, server: string): Promise<void> {
  const exists = async () => {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [
      TEMPLATE,
    ]);
    return rowCount === 1;
  };
  if (await exists()) return;
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    if (await exists()) return;
    await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${TEMPLATE}`);
    const pool = await createPool(withDatabase(server, TEMPLATE), 1, 'template');
    await migratePostgres(pool, migrationsFolder);
    await pool.end();
    await admin.query(`ALTER DATABASE ${TEMPLATE} IS_TEMPLATE true`);
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}
