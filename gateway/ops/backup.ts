/** Copies a database while it is in use. A copy is a backup only after it was opened again and its books agreed. */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { openSqliteReadOnly } from '../db/sqlite-read-only.ts';
import { type VerifyReport, verifyDatabase } from './verify.ts';

export interface Backup {
  readonly file: string;
  readonly bytes: number;
  readonly report: VerifyReport;
}

/** The copy cannot be trusted; it was removed. */
export class BadBackupError extends Error {
  override readonly name = 'BadBackupError';
  readonly report: VerifyReport;

  constructor(report: VerifyReport) {
    const failed = report.checks.filter((check) => !check.ok).map((check) => check.title);
    super(`The copy did not pass its test restore: ${failed.join('; ')}.`);
    this.report = report;
  }
}

/**
 * Writes a consistent copy of `database` to `target` and proves it: integrity, sums, audit chain. Nobody sees the file
 * under its name before that.
 *
 * @throws BadBackupError when the copy is not sound; Error when `target` exists or cannot be written
 */
export async function backUp(database: string, target: string): Promise<Backup> {
  if (existsSync(target)) throw new Error(`${target} exists already. Name another file.`);
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const draft = `${target}.partial`;
  remove(draft);
  try {
    const source = await openSqliteReadOnly(database);
    try {
      await source.backup(draft);
    } finally {
      await source.close();
    }
    chmodSync(draft, 0o600);
    const report = await verifyDatabase(draft);
    if (!report.ok) throw new BadBackupError(report);
    renameSync(draft, target);
    return { file: target, bytes: statSync(target).size, report };
  } finally {
    remove(draft);
  }
}

/** A draft and what SQLite made beside it to read it. */
function remove(draft: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(draft + suffix, { force: true });
}
