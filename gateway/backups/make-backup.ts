/** Makes backups. A file has the name of a backup only after it was restored into a throw-away database and its books agreed. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SecretBox } from '../config/secret-box.ts';
import { removeDatabase } from '../db/remove-database.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { type VerifyReport, verifyDatabase } from '../ops/verify.ts';
import { type Manifest, manifestDigest } from './archive-format.ts';
import { BackupError } from './backup-error.ts';
import { readManifest } from './read-archive.ts';
import { runTransfer, type TransferOptions } from './run-transfer.ts';
import type { Place } from './transfer-tasks.ts';
import { endArchive } from './write-archive.ts';

export interface BackupOrder {
  readonly from: Place;
  /** The file to make; there must be none of that name. */
  readonly target: string;
  readonly version: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Seals the manifest; null where the installation's key is not at hand. */
  readonly secrets: SecretBox | null;
  /** The key itself, to be put into the file; null leaves it out. */
  readonly secretKey: string | null;
  /** Of SQLite, which test restores are made with whatever the engine. */
  readonly migrationsFolder: string;
}

export interface MadeBackup {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: Manifest;
  readonly report: VerifyReport;
}

/**
 * Copies the database as it is now, while it is in use, and proves the copy.
 *
 * @throws BackupError; nothing is left of a backup that did not become one
 */
export async function makeBackup(order: BackupOrder, options: TransferOptions = {}): Promise<MadeBackup> {
  const { from, target, version, now, secrets, secretKey, migrationsFolder } = order;
  if (existsSync(target)) throw new BackupError('backup_exists', `${target} exists already. Name another file.`);
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const draft = `${target}.partial`;
  rmSync(draft, { force: true });
  try {
    const facts = { version, createdAt: now, secretKey };
    const unsealed = await runTransfer<'dump'>({ kind: 'dump', from, file: draft, facts }, options);
    const seal = secrets === null ? null : await secrets.seal(manifestDigest(unsealed));
    await endArchive(draft, { ...unsealed, seal });
    faultPoint('archive_ended');
    const { manifest, report } = await proveBackup(draft, migrationsFolder, options);
    if (!report.ok) throw unsound(report);
    faultPoint('archive_proven');
    renameSync(draft, target);
    return { file: target, bytes: statSync(target).size, manifest, report };
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Restores a backup into a throw-away database beside it, and checks the books there.
 *
 * @throws BackupError when the file cannot be restored
 */
export async function proveBackup(
  file: string,
  migrationsFolder: string,
  options: TransferOptions = {},
  scratch = `${file}.test`,
): Promise<{ manifest: Manifest; report: VerifyReport }> {
  try {
    return await loadAndVerify(file, scratch, migrationsFolder, options);
  } finally {
    removeDatabase(scratch);
  }
}

/** The same, but the database stays. It is removed when the backup cannot be read whole. */
export async function loadAndVerify(
  file: string,
  draft: string,
  migrationsFolder: string,
  options: TransferOptions,
): Promise<{ manifest: Manifest; report: VerifyReport }> {
  const manifest = await readManifest(file);
  await runTransfer<'load'>({ kind: 'load', file, manifest, draft, migrationsFolder }, options);
  options.onProgress?.({ phase: 'check', done: 0, total: 0 });
  const report = await verifyDatabase(draft);
  const head = manifest.sums.chainHead;
  if (report.auditHead?.hash !== head?.hash)
    throw new BackupError('backup_unsound', `${file} does not end its audit log where the database did.`);
  return { manifest, report };
}

export function unsound(report: VerifyReport): BackupError {
  const failed = report.checks.filter(({ ok }) => !ok).map(({ title }) => title);
  return new BackupError('backup_unsound', `The copy did not pass its test restore: ${failed.join('; ')}.`);
}
