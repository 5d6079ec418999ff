/** Connections to Postgres. Nothing in them outlives a transaction, so that a pooler in between may share them out. */
import type { Pool, PoolClient, PoolConfig } from 'pg';
import { storable } from './storable.ts';

export type { Pool, PoolClient } from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_MS = 30_000;

const INT8 = 20;
const NUMERIC = 1700;
const JSON_TYPE = 114;
const JSONB = 3802;

/** Rows as arrays of values, in the order of the columns. */
export type Rows = unknown[][];

/** How rows are wanted: as arrays, or (where only their names tell) as objects. */
export type RowForm = 'array' | 'object';

/**
 * Opens nothing yet: connections are made with the first calls.
 *
 * @param max at most so many at once; who needs another waits
 * @param pipeline whether its connections take statements before those ahead are answered
 */
export async function createPool(url: string, max: number, name: string, pipeline = false): Promise<Pool> {
  // Loaded here and not above: without a database URL none of it is needed, nor its memory.
  const pg = await import('pg');
  const { Pool: PgPool, types } = pg.default ?? pg;
  const config: PoolConfig & { pipeline: boolean } = {
    connectionString: connectionString(url),
    max,
    pipeline,
    application_name: name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    allowExitOnIdle: true,
    types: {
      getTypeParser(oid: number, format?: 'text' | 'binary') {
        // Tokens and money stay far below 2^53. JSON is parsed where its column is known: drizzle would parse text twice.
        if (oid === INT8 || oid === NUMERIC) return Number;
        if (oid === JSON_TYPE || oid === JSONB) return (text: string) => text;
        return types.getTypeParser(oid, format);
      },
    } as PoolConfig['types'],
  };
  const pool = new PgPool(config);
  // An idle connection that breaks is dropped by the pool, and the next call makes a new one.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * The URL as the driver takes it. It verifies certificates under every `sslmode` but warns on standard error that a later
 * version of it will not under some: asked for by name, they are verified for good.
 */
export function connectionString(url: string): string {
  if (/[?&]uselibpqcompat=/.test(url)) return url;
  return url.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
}

/** Runs one statement. @param name under which it stays prepared on the connection; without one, nothing stays there */
export async function runStatement(
  on: Pick<PoolClient, 'query'>,
  sql: string,
  params: readonly unknown[],
  form: RowForm = 'array',
  name?: string,
): Promise<Rows> {
  const values = params.map(storable);
  if (form === 'object') return (await on.query({ text: sql, values })).rows;
  const named = name === undefined ? {} : { name };
  return (await on.query<unknown[]>({ text: sql, values, rowMode: 'array', ...named })).rows;
}
