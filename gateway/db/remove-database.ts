import { rmSync } from 'node:fs';

/** A database file and what SQLite makes beside it. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}
