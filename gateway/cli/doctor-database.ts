/** What `doctor` looks at in the database that the configuration names, on either engine. */
import { existsSync } from 'node:fs';
import { reason } from '../config/environment.ts';
import { openPostgresReadOnly } from '../db/postgres-read-only.ts';
import { openSqliteReadOnly, type ReadOnlyDatabase } from '../db/sqlite-read-only.ts';
import type { DataDir } from '../ops/data-dir.ts';
import { ownCommand } from '../ops/own-command.ts';
import { postgresName } from './database-url.ts';
import { checkDatabase } from './doctor-machine.ts';
import { type Finding, fail, ok } from './findings.ts';

/** A database to read settings and upstreams from. */
export type ReadableDatabase = Omit<ReadOnlyDatabase, 'backup'>;

/** Opens the database for reading, and says how it is. @returns null for `db` when there is none that can be used */
export async function examineDatabase(
  dir: DataDir,
  databaseUrl: string | null,
): Promise<{ db: ReadableDatabase | null; finding: Finding; close(): Promise<void> }> {
  if (databaseUrl !== null) return examinePostgres(databaseUrl);
  let db: ReadOnlyDatabase | null = null;
  try {
    if (existsSync(dir.database)) db = await openSqliteReadOnly(dir.database);
  } catch (error) {
    return { db: null, finding: unusable(error), close: async () => undefined };
  }
  const finding = await checkDatabase(dir, db);
  return { db: finding.status === 'fail' ? null : db, finding, close: async () => db?.close() };
}

/** What a start would say: its last sentence is what to do. */
function unusable(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const end = message.lastIndexOf('. ') + 1;
  if (end === 0) return fail('database', message, 'Until then the gateway does not start.');
  const empty = message.includes('holds nothing of IA Solaris') ? ' An empty one is filled at the first start.' : '';
  return fail('database', message.slice(0, end), message.slice(end + 1) + empty);
}

async function examinePostgres(url: string) {
  let db: ReadableDatabase;
  try {
    db = await openPostgresReadOnly(url);
  } catch (error) {
    return { db: null, finding: unusable(error), close: async () => undefined };
  }
  const problems = await db.integrityProblems().catch((error: unknown) => [reason(error)]);
  const name = postgresName(url);
  const finding =
    problems.length > 0
      ? fail('database', `${name} has problems: ${problems.slice(0, 3).join('; ')}.`, 'Repair them as they say.')
      : ok('database', `${name} answers. Check the books with: ${ownCommand()} verify`);
  return { db, finding, close: () => db.close() };
}
