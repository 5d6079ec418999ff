/** Moves all data to another database: carried, compared row by row and sum by sum, its books checked, then changed over. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { isPostgresUrl } from '../contract/formats.ts';
import { removeDatabase } from '../db/remove-database.ts';
import type { DataDir } from '../ops/data-dir.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { findResourcesDir } from '../ops/own-files.ts';
import { type VerifyReport, verifyDatabase, verifyPostgres } from '../ops/verify.ts';
import { BackupError } from './backup-error.ts';
import type { Moved } from './move.ts';
import { runTransfer, type TransferOptions } from './run-transfer.ts';
import type { MoveTask, Place } from './transfer-tasks.ts';

export interface Migrated extends Moved {
  readonly report: VerifyReport;
}

/**
 * Reads where to move to: `postgres://…` or `sqlite:/path/of/a/new/file.db`.
 *
 * @throws BackupError `target_unusable` when it is neither
 */
export function readTarget(to: string): Place {
  if (isPostgresUrl(to)) return { engine: 'postgres', url: to };
  const file = /^sqlite:(.+)$/.exec(to)?.[1];
  if (file !== undefined && isAbsolute(file)) return { engine: 'sqlite', file: resolve(file) };
  throw new BackupError(
    'target_unusable',
    'Say where to move to: postgres://user:password@host:5432/database, or sqlite:/path/of/a/new/file.db with the whole path.',
  );
}

/**
 * Moves everything. The source is only read, and must not be written meanwhile. A move that was interrupted goes on.
 *
 * @throws BackupError or StartError; the source is what counts then, as before
 */
export async function migrate(from: Place, to: Place, options: TransferOptions = {}): Promise<Migrated> {
  if (from.engine === to.engine)
    throw new BackupError(
      'target_not_possible',
      'The data moves from SQLite to Postgres or back, not within one of them.',
    );
  if (to.engine === 'sqlite' && existsSync(to.file))
    throw new BackupError('target_not_empty', `${to.file} exists already. Name a file that does not.`);
  const migrationsDir = `${findResourcesDir()}/migrations`;
  const draft: Place = to.engine === 'sqlite' ? { engine: 'sqlite', file: `${to.file}.moving` } : to;
  const task: MoveTask = { from, to: draft, migrationsDir };
  const moved = await runTransfer<'move'>({ kind: 'move', ...task }, options);
  options.onProgress?.({ phase: 'check', done: 0, total: 0 });
  const report = draft.engine === 'sqlite' ? await verifyDatabase(draft.file) : await verifyPostgres(draft.url);
  if (!report.ok) {
    const failed = report.checks.filter(({ ok }) => !ok).map(({ title }) => title);
    throw new BackupError('copy_differs', `The books do not agree: ${failed.join('; ')}. Nothing was changed over.`);
  }
  options.onProgress?.({ phase: 'switch', done: 0, total: 0 });
  await runTransfer<'complete'>({ kind: 'complete', ...task }, {});
  if (to.engine === 'sqlite' && draft.engine === 'sqlite') {
    renameSync(draft.file, to.file);
    removeDatabase(draft.file);
  }
  return { ...moved, report };
}

/**
 * Lets the next start open the other database: writes DATABASE_URL into the `.env` of the data directory, or takes it
 * out. SQLite data that was left is put aside, so that nothing goes on with it by mistake.
 *
 * @returns where the left data is; null when none was left here
 */
export function changeOver(dir: DataDir, to: Place, stamp: string): string | null {
  openAtNextStart(dir, to);
  faultPoint('move_switched');
  return to.engine === 'sqlite' ? null : putAside(dir, stamp);
}

/** Lets the next start open the other database: DATABASE_URL in the `.env` of the data directory says so. */
export function openAtNextStart(dir: DataDir, to: Place): void {
  const file = join(dir.path, '.env');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lines = before.split('\n').filter((line) => !/^\s*(export\s+)?DATABASE_URL\s*=/.test(line));
  while (lines.at(-1) === '') lines.pop();
  if (to.engine === 'postgres') lines.push(`DATABASE_URL='${to.url.replaceAll("'", '%27')}'`);
  const draft = `${file}.partial`;
  rmSync(draft, { force: true });
  writeFileSync(draft, lines.length === 0 ? '' : `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  renameSync(draft, file);
}

/** Puts SQLite data aside that has moved away. Nobody may have it open. @returns where it is; null when there is none */
export function putAside(dir: DataDir, stamp: string): string | null {
  if (!existsSync(dir.database)) return null;
  const aside = `${dir.database}.before-migrate-${stamp}`;
  renameSync(dir.database, aside);
  for (const suffix of ['-wal', '-shm'])
    if (existsSync(dir.database + suffix)) renameSync(dir.database + suffix, aside + suffix);
  return aside;
}
