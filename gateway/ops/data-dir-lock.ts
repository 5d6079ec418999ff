/**
 * One gateway at a time in a data directory. The lock is the operating system's own, on a file opened through SQLite:
 * it ends with its process however that ends, so it cannot go stale, cannot be fooled by a reused process id, and
 * holds between containers that share the directory.
 */
import BetterSqlite3 from 'better-sqlite3';
import { reason } from '../config/environment.ts';
import type { DataDir } from './data-dir.ts';
import { readServerInfo } from './data-dir-server.ts';
import { ConfigError, EXIT, StartError } from './start-error.ts';

export interface DataDirLock {
  release(): void;
}

/**
 * Takes the lock.
 *
 * @throws StartError (69) that names the process and address that hold it
 */
export function lockDataDir(dir: DataDir): DataDirLock {
  // `isDataDirLocked` of another process may have it for a moment.
  const handle = take(dir, 250);
  if (handle) return { release: () => void handle.close() };
  const owner = readServerInfo(dir);
  const who = owner ? ` (process ${owner.pid}${owner.url ? ` at ${owner.url}` : ''})` : '';
  throw new StartError(
    EXIT.unavailable,
    `Another IA Solaris${who} is using ${dir.path}. Stop it first, or choose another directory with --data-dir.`,
    { obstacle: { kind: 'in_use', path: dir.path, pid: owner?.pid ?? null, url: owner?.url ?? null } },
  );
}

/** Whether a process holds the lock now. */
export function isDataDirLocked(dir: DataDir): boolean {
  const handle = take(dir, 0);
  handle?.close();
  return handle === null;
}

function take(dir: DataDir, timeout: number): BetterSqlite3.Database | null {
  let handle: BetterSqlite3.Database | null = null;
  try {
    handle = new BetterSqlite3(dir.lock, { timeout });
    handle.exec('BEGIN EXCLUSIVE');
    return handle;
  } catch (error) {
    handle?.close();
    if (reason(error).startsWith('SQLITE_BUSY')) return null;
    throw new ConfigError([`The lock file ${dir.lock} cannot be used: ${reason(error)}.`], { cause: error });
  }
}
