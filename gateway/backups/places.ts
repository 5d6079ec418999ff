/** Opens databases for carrying, wherever they are. For the transfer thread only: SQLite makes its caller wait. */

import type { MoveTarget, RowSource } from '../db/transfer.ts';
import { openSqliteMove, openSqliteSource } from '../db/transfer-sqlite.ts';
import type { Place } from './transfer-tasks.ts';

/** @throws Error when it is no database of ours */
export async function openSource(place: Place): Promise<RowSource> {
  if (place.engine === 'sqlite') return openSqliteSource(place.file);
  // Loaded only where it is needed, as its driver is.
  const { openPostgresSource } = await import('../db/transfer-postgres.ts');
  return openPostgresSource(place.url);
}

/** Makes its tables where there are none. @throws StartError when it cannot be used */
export async function openMoveTarget(place: Place, migrationsDir: string): Promise<MoveTarget> {
  if (place.engine === 'sqlite') return openSqliteMove(place.file, `${migrationsDir}/sqlite`);
  const { openPostgresMove } = await import('../db/transfer-postgres-target.ts');
  return openPostgresMove(place.url, `${migrationsDir}/pg`);
}
