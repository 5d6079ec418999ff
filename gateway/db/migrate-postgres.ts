/** Migrations on Postgres: in one transaction, one gateway at a time, and never in somebody else's database. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { ConfigError, EXIT, StartError } from '../ops/start-error.ts';
import type { Pool, PoolClient } from './postgres-pool.ts';
import { WRITER_LOCK } from './postgres-transaction.ts';
import { newestOf } from './sqlite-schema-state.ts';

/** Any number that others do not take: "IASm". */
const MIGRATION_LOCK = 0x4941536d;
const OLDEST_VERSION = 140_000;
const APPLIED = 'ia_solaris_migrations';

/**
 * Brings the database to the newest schema and makes the ledger's functions, under a lock that other gateways wait for.
 *
 * @param onUpgrade called before a database with data is changed
 * @returns the version that the functions' names end with
 * @throws StartError when the server is too old or only lets read, or the database belongs to another program or to a
 * newer version
 */
export async function migratePostgres(pool: Pool, migrationsFolder: string, onUpgrade?: () => void): Promise<string> {
  const client = await pool.connect();
  try {
    // In one transaction, and the lock ends with it: a pooler may give every transaction another session.
    await client.query('BEGIN');
    await checkServer(client);
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await applyMissing(client, migrationsFolder, onUpgrade);
    const version = await makeFunctions(client, join(migrationsFolder, 'functions'));
    await client.query('COMMIT');
    client.release();
    return version;
  } catch (error) {
    // A connection in an unknown state is not given to others.
    client.release(true);
    throw error;
  }
}

async function checkServer(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ number: string; text: string; read_only: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text,
            current_setting('transaction_read_only') AS read_only`,
  );
  const [server] = rows;
  if (server && Number(server.number) < OLDEST_VERSION)
    throw new ConfigError([`The server is PostgreSQL ${server.text}. IA Solaris needs PostgreSQL 14 or newer.`]);
  if (server?.read_only === 'on')
    throw new StartError(
      EXIT.unavailable,
      'The server lets nobody write: it is a standby, or set to read only. Name the primary instead.',
    );
}

async function applyMissing(client: PoolClient, migrationsFolder: string, onUpgrade?: () => void): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder });
  const newest = Math.max(...migrations.map(({ folderMillis }) => folderMillis));
  const applied = await newestApplied(client);
  if (applied > newest) throw writtenByNewer();
  if (applied === newest) return;
  if (applied > 0) onUpgrade?.();
  await client.query(`CREATE TABLE IF NOT EXISTS ${APPLIED} (hash text PRIMARY KEY, created_at bigint NOT NULL)`);
  for (const { sql, hash, folderMillis } of migrations) {
    if (folderMillis <= applied) continue;
    for (const statement of sql) await client.query(statement);
    await client.query(`INSERT INTO ${APPLIED} (hash, created_at) VALUES ($1, $2)`, [hash, folderMillis]);
  }
}

/**
 * For readers, who make nothing: that the database is ours, and that this version knows all that is in it.
 *
 * @throws ConfigError
 */
export async function requireReadable(client: PoolClient, migrationsFolder: string): Promise<void> {
  const { rows } = await client.query<{ ours: boolean }>(`SELECT to_regclass('${APPLIED}') IS NOT NULL AS ours`);
  if (rows[0]?.ours !== true)
    throw new ConfigError(['The database holds nothing of IA Solaris. Check its name in DATABASE_URL (or DB_NAME).']);
  if ((await newestApplied(client)) > newestOf(migrationsFolder)) throw writtenByNewer();
}

function writtenByNewer(): ConfigError {
  return new ConfigError([
    'The database was written by a newer version of IA Solaris. Install that version, or restore a backup.',
  ]);
}

/** When the newest migration in the database was made; 0 for an empty database. */
async function newestApplied(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ ours: boolean; tables: string }>(`
    SELECT to_regclass('${APPLIED}') IS NOT NULL AS ours,
           (SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')) AS tables`);
  const [found] = rows;
  if (found?.ours) {
    const { rows: newest } = await client.query<{ at: string | null }>(`SELECT max(created_at) AS at FROM ${APPLIED}`);
    return Number(newest[0]?.at ?? 0);
  }
  if (Number(found?.tables ?? 0) > 0) {
    throw new ConfigError([
      'The database belongs to another program: it has tables that are not of IA Solaris. Name an empty one.',
    ]);
  }
  return 0;
}

/**
 * Functions are code, not data: they are made at every start under a name that follows from their text, so that
 * gateways of two versions, side by side during an update, each call their own.
 */
async function makeFunctions(client: PoolClient, folder: string): Promise<string> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  const sources = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  const version = createHash('sha256').update(sources.join('\n')).digest('hex').slice(0, 12);
  const { rows } = await client.query<{ made: boolean }>('SELECT to_regproc($1) IS NOT NULL AS made', [
    `solaris_ledger_${version}`,
  ]);
  if (rows[0]?.made) return version;
  for (const source of sources) {
    await client.query(source.replaceAll('@version', version).replaceAll('@writer_lock', String(WRITER_LOCK)));
  }
  return version;
}
