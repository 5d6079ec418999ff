/** Opens databases for carrying, wherever they are. For the transfer thread only: SQLite makes its caller wait. */

import type { RowSource } from '../db/transfer.ts';
import { openSqliteSource } from '../db/transfer-sqlite.ts';
import type { Place } from './transfer-tasks.ts';

/** @throws Error when it is no database of ours */
export async function openSource(place: Place): Promise<RowSource> {
  if (place.engine === 'sqlite') return openSqliteSource(place.file);
  // Loaded only where it is needed, as its driver is.
  const { openPostgresSource } = await import('../db/transfer-postgres.ts');
  return openPostgresSource(place.url);
}
